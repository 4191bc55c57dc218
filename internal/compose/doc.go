// Package compose runs Cumin in containers, through docker compose and
// docker-compose.yml at the repository's root: builds the images, without a
// registry for all but their bases, starts and stops the stack. The AWS is one
// of two profiles: LocalStack, or the embedded AWS as an image.
package compose

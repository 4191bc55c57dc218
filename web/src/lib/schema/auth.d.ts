// Written by `npm run types` from docs/openapi/auth.json.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Device: {
            createdAt: string;
            /** @description The session that asks */
            current: boolean;
            /** @description Sooner when it is idle for a week */
            expiresAt: string;
            id: string;
            /** @description Where it signed in from */
            ip?: string;
            /** @description Its last refresh; exact to the life of an access token */
            lastSeen: string;
            userAgent?: string;
        };
        DevicesOutputBody: {
            items: components["schemas"]["Device"][] | null;
        };
        LoginInputBody: {
            /**
             * @description native: the refresh token travels in bodies; refused from browsers
             * @enum {string}
             */
            client?: "native";
            email: string;
            password: string;
        };
        MeOutputBody: {
            user: components["schemas"]["User"];
        };
        PasswordInputBody: {
            current: string;
            password: string;
        };
        Problem: {
            /**
             * @description Stable reason for a program
             * @example not_found
             */
            code: string;
            /** @description With version_mismatch: what is stored now */
            current?: unknown;
            /** @description A sentence for a person */
            detail?: string;
            /** @description What was wrong where */
            errors?: components["schemas"]["ProblemField"][] | null;
            /** @description Quote it when asking for help; the logs carry it */
            requestId: string;
            /**
             * Format: int64
             * @description HTTP status
             * @example 404
             */
            status: number;
            /**
             * @description The status in words
             * @example Not Found
             */
            title: string;
            /**
             * Format: uri-reference
             * @description Where this kind of problem is explained
             * @example /api/v1/docs/problems#not_found
             */
            type: string;
        };
        ProblemField: {
            /** @example too_long */
            code: string;
            message: string;
            /** @example /title */
            pointer: string;
        };
        ProfileInputBody: {
            /** @description Another address wants the password */
            email?: string;
            name?: string;
            password?: string;
        };
        RefreshBody: {
            /** @description Native clients only */
            refreshToken?: string;
        };
        RegisterInputBody: {
            /**
             * @description native: the refresh token travels in bodies; refused from browsers
             * @enum {string}
             */
            client?: "native";
            email: string;
            name: string;
            password: string;
        };
        ResetInputBody: {
            password: string;
            /** @description What follows # in the link */
            token: string;
        };
        SessionBody: {
            /** @description Bearer token of the API and the socket */
            accessToken: string;
            /**
             * Format: int64
             * @description Seconds from now; count them on a clock of your own
             */
            expiresIn: number;
            /** @description For clients that are no browser; others get a cookie */
            refreshToken?: string;
            user: components["schemas"]["User"];
        };
        User: {
            email: string;
            id: string;
            name: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;

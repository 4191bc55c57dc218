import { Suspense } from "react";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { LoginPage } from "@/features/auth/login-page";
import { RegisterPage } from "@/features/auth/register-page";
import { ErrorBoundary } from "./error-boundary";
import { lazyPage } from "@/lib/lazy-page";
import { Protected, PublicOnly } from "./guards";
import { NotFoundPage } from "./not-found-page";
import { PageSkeleton } from "./page-skeleton";

const Shell = lazyPage(() => import("./shell"));
const ProjectsPage = lazyPage(() => import("@/features/projects/projects-page"));
const BoardRoute = lazyPage(() => import("./board-route"));

export function App() {
  return (
    <BrowserRouter>
      <ErrorBoundary>
        <Suspense fallback={<PageSkeleton />}>
          <Routes>
            <Route element={<PublicOnly />}>
              <Route path="/login" element={<LoginPage />} />
              <Route path="/register" element={<RegisterPage />} />
            </Route>
            <Route element={<Protected />}>
              <Route element={<Shell />}>
                <Route index element={<Navigate to="/projects" replace />} />
                <Route path="/projects" element={<ProjectsPage />} />
                <Route path="/projects/:projectId" element={<BoardRoute />} />
                <Route path="*" element={<NotFoundPage />} />
              </Route>
            </Route>
          </Routes>
        </Suspense>
      </ErrorBoundary>
    </BrowserRouter>
  );
}

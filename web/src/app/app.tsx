import { Suspense } from "react";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { AuthLayout } from "@/features/auth/auth-layout";
import { LoginPage } from "@/features/auth/login-page";
import { lazyPage } from "@/lib/lazy-page";
import { Protected, PublicOnly } from "./guards";
import { PageBoundary } from "./page-boundary";
import { PageSkeleton } from "./page-skeleton";
import { BoardRoute, ProjectsPage, Shell } from "./pages";
import { StartAtTop } from "./start-at-top";

const RegisterPage = lazyPage(() => import("@/features/auth/register-page"));
const ForgotPage = lazyPage(() => import("@/features/auth/forgot-page"));
const ResetPage = lazyPage(() => import("@/features/auth/reset-page"));
const NotFoundPage = lazyPage(() => import("./not-found-page"));
const SettingsPage = lazyPage(() => import("@/features/settings/settings-page"));
const InvitePage = lazyPage(() => import("@/features/invites/invite-page"));

export function App() {
  return (
    <BrowserRouter>
      <StartAtTop />
      <PageBoundary>
        <Suspense fallback={<PageSkeleton />}>
          <Routes>
            <Route element={<PublicOnly />}>
              <Route element={<AuthLayout />}>
                <Route path="/login" element={<LoginPage />} />
                <Route path="/register" element={<RegisterPage />} />
                <Route path="/forgot" element={<ForgotPage />} />
              </Route>
            </Route>
            <Route element={<AuthLayout />}>
              <Route path="/reset" element={<ResetPage />} />
            </Route>
            <Route element={<Protected />}>
              <Route element={<Shell />}>
                <Route index element={<Navigate to="/projects" replace />} />
                <Route path="/projects" element={<ProjectsPage />} />
                <Route path="/projects/:projectId" element={<BoardRoute view="board" />} />
                <Route path="/projects/:projectId/list" element={<BoardRoute view="list" />} />
                <Route path="/settings" element={<SettingsPage />} />
                <Route path="/invite" element={<InvitePage />} />
                <Route path="*" element={<NotFoundPage />} />
              </Route>
            </Route>
          </Routes>
        </Suspense>
      </PageBoundary>
    </BrowserRouter>
  );
}

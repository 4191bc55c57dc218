import { Route, Routes, useLocation } from "react-router";
import { renderPart } from "./render";
import { AuthLayout } from "@/features/auth/auth-layout";
import ForgotPage from "@/features/auth/forgot-page";
import { LoginPage } from "@/features/auth/login-page";
import RegisterPage from "@/features/auth/register-page";
import ResetPage from "@/features/auth/reset-page";

/** The pages that lead in, at one of their addresses. */
export function showFront(path: string) {
  return renderPart(
    <>
      <Address />
      <Routes>
        <Route element={<AuthLayout />}>
          <Route path="/login" element={<LoginPage />} />
          <Route path="/register" element={<RegisterPage />} />
          <Route path="/forgot" element={<ForgotPage />} />
          <Route path="/reset" element={<ResetPage />} />
        </Route>
      </Routes>
    </>,
    { path },
  );
}

function Address() {
  const { pathname, search, hash } = useLocation();
  return <output data-testid="address">{pathname + search + hash}</output>;
}

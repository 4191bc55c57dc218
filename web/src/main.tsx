import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, fetchPage } from "@/app/app";
import { session } from "@/lib/api";

void session.start();
fetchPage(location.pathname);
addEventListener("online", session.catchUp);
document.addEventListener("visibilitychange", session.catchUp);

const root = document.getElementById("root");
if (!root) throw new Error("index.html lost its #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

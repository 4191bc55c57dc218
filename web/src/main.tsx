import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { fetchPage } from "@/app/pages";
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

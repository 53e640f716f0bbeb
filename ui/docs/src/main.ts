import "../../shared/base.css";
import "./theme.css";
import "./layout.css";
import { mount } from "svelte";
import App from "./App.svelte";

mount(App, { target: document.body });

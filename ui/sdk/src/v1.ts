import { install } from "./install";

install({ enableUpload: false });

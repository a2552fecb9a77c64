// @ts-check
// The camera on the apprentice's home page ([data-camera]): what it took is kept on this device, and the form of a new piece,
// which opens then, sends it.
import { first, the } from "../elements.js";
import { uploadKeeper } from "./upload_keeper.js";

const camera = first(document, "[data-camera]");
if (camera) {
  const newUrl = camera.dataset.camera ?? "";
  const input = the(camera, "input[type=file]", HTMLInputElement);
  camera.hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    await uploadKeeper.keep(`camera-${Date.now()}`, newUrl, file, null);
    location.assign(newUrl);
  });
}

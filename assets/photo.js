// SPDX-License-Identifier: Apache-2.0
// A phone's picture is drawn again, at most so many pixels wide or high, before it is sent.
const PHOTO_SIDE = 2400;

async function smaller(file) {
  if (file.size < 1 << 20 || !file.type.startsWith("image/")) return file;
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, PHOTO_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
  return blob && blob.size < file.size
    ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

function smallPhotos() {
  for (const input of document.querySelectorAll('input[type=file][accept^="image/"]'))
    input.addEventListener("change", async () => {
      const list = new DataTransfer();
      try {
        for (const file of input.files) list.items.add(await smaller(file));
        input.files = list.files;
      } catch { /* No picture: it is sent as it is, and the server says so. */ }
    });
}

smallPhotos();

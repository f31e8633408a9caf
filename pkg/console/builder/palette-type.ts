/** What is dragged out of the palette. */
export const paletteType = "application/x-plush-block";

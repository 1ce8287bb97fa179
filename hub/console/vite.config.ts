import { defineConfig } from "vite";

// The hub serves what `npm run build` leaves in dist/. Everything is a file of its own: no inline script or style,
// so that the page runs under `default-src 'self'`.
export default defineConfig({
  esbuild: { jsx: "automatic", legalComments: "none" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
    rollupOptions: {
      // "use client" is for servers that render; here everything is the client.
      onwarn: (warning, warn) => (warning.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : warn(warning)),
      output: { entryFileNames: "assets/[name]-[hash].js", chunkFileNames: "assets/[name]-[hash].js" },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: process.env.DEPOPS_HUB ? { "/api": { target: process.env.DEPOPS_HUB, changeOrigin: true } } : {},
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "scripts/*.test.mjs"],
    environment: "node",
    reporters: process.env.DEPOPS_JUNIT ? ["default", ["junit", { outputFile: process.env.DEPOPS_JUNIT }]] : ["default"],
  },
} as Parameters<typeof defineConfig>[0]);

/**
 * How the page is built: into the Python package's static folder, with relative addresses only, so that it works
 * under any base path; and with a content security policy of its own, so that it stays strict whoever serves it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vitest/config';

const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const BUNDLED = ['lightweight-charts', 'uplot', 'svelte', '@fontsource-variable/inter'] as const;

function fromHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** The development server needs inline styles and its own socket, so the policy is part of the built page only. */
function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** The licences of what is bundled travel with the bundle. */
function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const source = BUNDLED.map((name) => {
        const file = name === 'svelte' ? 'LICENSE.md' : 'LICENSE';
        return `${name}\n\n${readFileSync(fromHere(`node_modules/${name}/${file}`), 'utf8').trim()}\n`;
      }).join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
    },
  };
}

const server = process.env['CAMBIST_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: './',
  plugins: [svelte(), contentPolicy(), licences()],
  build: {
    outDir: fromHere('../src/cambist/presentation/web/static'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: server, changeOrigin: true, ws: true, rewriteWsOrigin: true } },
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});

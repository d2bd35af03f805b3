import { z } from 'zod';

// Pages allow no code made from text (Content-Security-Policy), so schemas must not try to compile themselves.
z.config({ jitless: true });

"""Text without meaning yet: tokens, folding, stems, languages, splitting of handles and hashtags, scrubbing."""

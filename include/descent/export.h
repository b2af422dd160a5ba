// What the shared library shows: the namespaces marked DESCENT_EXPORT, which are those of the public headers.
// Everything else is compiled hidden. A mark holds for what stands between its braces, not for the namespace elsewhere.
#pragma once

#define DESCENT_EXPORT [[gnu::visibility("default")]]

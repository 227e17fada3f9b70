"""Browser pictures, uploads and questions in; counts, landmarks and files out, over HTTP and WebSocket."""

/** Serves one boot script under every path of port 8080, and prints each path that is asked for. Argument: the script. */

import { createServer } from 'node:http';

const script = process.argv[2] ?? '';

createServer((request, response) => {
  console.log(request.url);
  response.end(script);
}).listen(8080, '10.77.0.1', () => console.log('listening'));

/**
 * What lies around a sample on Node, as a container does it: `https` leads through the proxy, and the
 * port that it listens on is another one outside. Old frameworks also meet a method of HTTP that Node
 * has learnt since, BIND, for which express takes the `bind` of functions.
 */

import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';

const { HTTPS_PROXY, INSIDE_PORT, HOOK_PORT } = process.env;
// Some clients make of the variable what this proxy does not take.
delete process.env.HTTPS_PROXY;

http.METHODS = http.METHODS.filter((method) => method !== 'BIND');

const agent = new HttpsProxyAgent(HTTPS_PROXY);
https.globalAgent = agent;
for (const name of ['request', 'get']) {
    const call = https[name];
    https[name] = (...given) => {
        const options = given.find((it) => it?.constructor === Object);
        if (options) options.agent ||= agent;
        return call(...given);
    };
}

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function mapped(port, ...rest) {
    return listen.call(this, String(port) === INSIDE_PORT ? Number(HOOK_PORT) : port, ...rest);
};

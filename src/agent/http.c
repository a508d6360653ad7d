// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/http.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* No script, no resource of any other origin, no frame around the page. */
static const char policy[] =
	"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
	"form-action 'none'; frame-ancestors 'none'";

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned int status,
			     const char *type, char *body, size_t size)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (!response) {
		free(body);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(response, "Content-Security-Policy", policy);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result serve_request(void *context, struct MHD_Connection *connection,
				     const char *path, const char *method,
				     const char *version, const char *upload,
				     size_t *upload_size, void **state)
{
	struct http *h = context;
	struct http_answer a = {
		.type = "text/plain; charset=utf-8", .status = MHD_HTTP_OK,
	};
	const char *accept;
	char *body = NULL;
	size_t size = 0;

	(void)version, (void)upload;
	if (!*state) {			/* the headers are there, the body is not */
		*state = h;
		return MHD_YES;
	}
	if (*upload_size) {		/* nothing here takes a body */
		*upload_size = 0;
		return MHD_YES;
	}
	a.body = open_memstream(&body, &size);
	if (!a.body)
		return MHD_NO;
	accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD)) {
		a.status = MHD_HTTP_METHOD_NOT_ALLOWED;
		fputs("only GET and HEAD\n", a.body);
	} else {
		h->answer(h->context, path, accept ? accept : "", &a);
	}
	if (fclose(a.body) != 0) {
		free(body);
		return MHD_NO;
	}
	return reply(connection, a.status, a.type, body, size);
}

/* ---- listening -------------------------------------------------------------- */

/* A socket that a previous run left behind is removed; any other file is not. */
static int listen_unix(struct http *h, const char *path, struct error *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat is;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return error_set(e, ENAMETOOLONG, "listen at unix:%s", path);
	strcpy(address.sun_path, path);
	if (lstat(path, &is) == 0 && S_ISSOCK(is.st_mode))
		unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(e, errno, "listen at unix:%s", path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 64) < 0) {
		error_set(e, errno, "listen at unix:%s", path);
		close(fd);
		return -e->error;
	}
	strcpy(h->path, path);
	return fd;
}

/* Splits "[::1]:9100", "127.0.0.1:9100" or ":9100". */
static bool split_address(const char *where, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(where, ':');
	size_t length;

	if (!colon || !colon[1])
		return false;
	*port = colon + 1;
	length = (size_t)(colon - where);
	if (length >= 2 && where[0] == '[' && where[length - 1] == ']') {
		where++;
		length -= 2;
	}
	if (length >= size)
		return false;
	memcpy(host, where, length);
	host[length] = '\0';
	return true;
}

static int listen_address(const struct addrinfo *a)
{
	static const int on = 1;
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 64) == 0)
		return fd;
	result = -errno;
	close(fd);
	return result;
}

static int listen_tcp(const char *where, struct error *e)
{
	struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	}, *found;
	const char *port;
	char host[64];
	int fd;

	if (!split_address(where, host, sizeof(host), &port) ||
	    getaddrinfo(*host ? host : NULL, port, &hints, &found) != 0) {
		error_set(e, EINVAL, "--metrics %s", where);
		return error_why(e, "not ADDRESS:PORT, [ADDRESS]:PORT, :PORT or unix:PATH");
	}
	fd = listen_address(found);
	freeaddrinfo(found);
	return fd < 0 ? error_set(e, fd, "listen at %s", where) : fd;
}

/* The first descriptor that a service manager passes is 3. */
static int listen_passed(struct error *e)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");

	if (!pid || !count || atoi(pid) != (int)getpid() || atoi(count) != 1)
		return error_set(e, ENOENT, "take one socket from the service manager");
	fcntl(3, F_SETFD, FD_CLOEXEC);
	return 3;
}

int http_open(struct http *h, const char *where, struct error *e)
{
	int fd;

	h->wait = (struct pollfd){ .fd = -1, .events = POLLIN };
	if (!where)
		fd = listen_passed(e);
	else if (!strncmp(where, "unix:", 5))
		fd = listen_unix(h, where + 5, e);
	else
		fd = listen_tcp(where, e);
	if (fd < 0)
		return fd;
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, serve_request, h,
				     MHD_OPTION_LISTEN_SOCKET, fd,
				     MHD_OPTION_CONNECTION_LIMIT, (unsigned int)HTTP_CONNECTIONS,
				     MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_TIMEOUT_S,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)16384,
				     MHD_OPTION_END);
	if (!h->daemon) {
		close(fd);
		return error_set(e, EIO, "start the HTTP server at %s", where ? where : "the socket");
	}
	h->wait.fd = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	return 0;
}

void http_serve(struct http *h)
{
	if (h->daemon)
		MHD_run(h->daemon);
}

int http_timeout_ms(const struct http *h)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (!h->daemon || MHD_get_timeout(h->daemon, &ms) != MHD_YES)
		return -1;
	return ms > 60000 ? 60000 : (int)ms;
}

void http_close(struct http *h)
{
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	if (*h->path)
		unlink(h->path);
	h->daemon = NULL;
	h->wait.fd = -1;
	h->path[0] = '\0';
}

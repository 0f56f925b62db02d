//! Cuts a connection without an answer.

use std::any::Any;
use std::net::Shutdown;
use std::os::fd::AsFd;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::{HttpRequest, HttpResponse};

/// A second handle to the connection's socket.
#[derive(Debug)]
struct Socket(std::net::TcpStream);

/// Keeps a handle to each connection's socket, so that a fault can cut it.
pub(crate) fn remember(connection: &dyn Any, extensions: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    if let Ok(fd) = stream.as_fd().try_clone_to_owned() {
        extensions.insert(Socket(std::net::TcpStream::from(fd)));
    }
}

/// Cuts the connection of a request. What is returned reaches nobody.
pub(crate) fn cut(request: &HttpRequest) -> HttpResponse {
    if let Some(Socket(stream)) = request.conn_data::<Socket>() {
        // An error means that the connection is already gone.
        let _ = stream.shutdown(Shutdown::Both);
    }
    HttpResponse::InternalServerError().finish()
}

//! A proxy in front of a PostgreSQL server that knows where a request ends: it counts round trips, and it can hand every
//! transaction to whichever server connection is free, as a pooler in transaction mode does.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Mutex;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// A running proxy. It ends with the runtime that it was started on.
pub struct Proxy {
    address: SocketAddr,
    target: Config,
    round_trips: Arc<AtomicUsize>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

type Server = Box<dyn Stream>;

/// Server connections that no transaction uses; the one given back last is taken first.
type Pool = Arc<Mutex<Vec<Server>>>;

impl Proxy {
    /// A proxy for this connection string. All clients share the server connections, one per client that has come,
    /// and have one only while a transaction of theirs is open. With a single client it only counts.
    ///
    /// # Errors
    /// Where no port can be listened on.
    pub async fn start(target: &str) -> io::Result<Proxy> {
        let target: Config = target.parse().map_err(io::Error::other)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let proxy = Proxy { address: listener.local_addr()?, target, round_trips: Arc::default() };
        let (target, counter) = (proxy.target.clone(), Arc::clone(&proxy.round_trips));
        tokio::spawn(async move {
            let pool = Pool::default();
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, target.clone(), Arc::clone(&pool), Arc::clone(&counter)));
            }
        });
        Ok(proxy)
    }

    /// How clients connect to it.
    #[must_use]
    pub fn config(&self) -> Config {
        let mut config = Config::new();
        config.host(self.address.ip().to_string()).port(self.address.port());
        self.target.get_user().map(|user| config.user(user));
        self.target.get_password().map(|password| config.password(password));
        self.target.get_dbname().map(|name| config.dbname(name));
        config
    }

    /// How many requests the clients have sent since they were let in: a `Query`, or everything up to a `Sync`.
    #[must_use]
    pub fn round_trips(&self) -> usize {
        self.round_trips.load(Ordering::SeqCst)
    }
}

async fn connect(target: &Config) -> io::Result<Server> {
    let port = target.get_ports().first().copied().unwrap_or(5432);
    Ok(match target.get_hosts().first() {
        Some(Host::Unix(folder)) => {
            let path: PathBuf = folder.join(format!(".s.PGSQL.{port}"));
            Box::new(UnixStream::connect(path).await?)
        }
        Some(Host::Tcp(name)) => Box::new(TcpStream::connect((name.as_str(), port)).await?),
        None => Box::new(TcpStream::connect(("localhost", port)).await?),
    })
}

async fn serve(mut client: TcpStream, target: Config, pool: Pool, counter: Arc<AtomicUsize>) -> io::Result<()> {
    let mut server = connect(&target).await?;
    let length = client.read_i32().await?;
    let mut rest = vec![0; usize::try_from(length - 4).unwrap_or_default()];
    client.read_exact(&mut rest).await?;
    server.write_i32(length).await?;
    server.write_all(&rest).await?;
    log_in(&mut client, &mut server).await?;
    pool.lock().await.push(server);
    loop {
        let first = read(&mut client).await?;
        if first.is(b'X') {
            return Ok(());
        }
        let mut server = take(&pool).await;
        let mut message = Some(first);
        while transact(&mut client, &mut server, message.take(), &counter).await? != b'I' {}
        pool.lock().await.push(server);
    }
}

/// Passes one request on and its answer back. Returns the transaction status: `I` when the server is free again.
async fn transact(
    client: &mut TcpStream,
    server: &mut Server,
    first: Option<Message>,
    counter: &AtomicUsize,
) -> io::Result<u8> {
    let mut message = match first {
        Some(first) => first,
        None => read(client).await?,
    };
    loop {
        let last = message.is(b'Q') || message.is(b'S');
        server.write_all(&message.0).await?;
        if last {
            break;
        }
        message = read(client).await?;
    }
    counter.fetch_add(1, Ordering::SeqCst);
    loop {
        let answer = read(server).await?;
        client.write_all(&answer.0).await?;
        if answer.is(b'Z') {
            return Ok(answer.0[5]);
        }
    }
}

async fn log_in(client: &mut TcpStream, server: &mut Server) -> io::Result<()> {
    loop {
        let message = read(server).await?;
        client.write_all(&message.0).await?;
        // AuthenticationOk (0) and AuthenticationSASLFinal (12) want no answer; every other request does.
        let wants_answer = message.is(b'R') && !matches!(message.0[8], 0 | 12);
        if wants_answer {
            server.write_all(&read(client).await?.0).await?;
        }
        if message.is(b'Z') || message.is(b'E') {
            return Ok(());
        }
    }
}

async fn take(pool: &Pool) -> Server {
    loop {
        if let Some(server) = pool.lock().await.pop() {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A message as it stands on the wire: type, length, contents.
struct Message(Vec<u8>);

impl Message {
    fn is(&self, kind: u8) -> bool {
        self.0[0] == kind
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Message> {
    let kind = stream.read_u8().await?;
    let length = stream.read_i32().await?;
    let mut message = vec![kind];
    message.extend(length.to_be_bytes());
    let header = message.len();
    message.resize(header + usize::try_from(length - 4).unwrap_or_default(), 0);
    stream.read_exact(&mut message[header..]).await?;
    Ok(Message(message))
}

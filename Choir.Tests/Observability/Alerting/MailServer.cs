using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Alerting;

/// <summary>A mail server on a free port that requires authentication and records its mails.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Mail> _mails = new();
    private readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The address as host:port.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    public Task<Mail> GetsAsync(string what, Func<Mail, bool> isIt) => Eventually.GivesAsync(
        what, () => Task.FromResult(_mails.FirstOrDefault(isIt)), explain: () => $"; there were {string.Join('\n', _mails)}");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(ConverseAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(conversations);
        }
    }

    // The part of RFC 5321 and RFC 4954 (AUTH PLAIN) that a client uses to send a mail.
    private async Task ConverseAsync(TcpClient client)
    {
        using var connection = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        string user = "", from = "", to = "";
        try
        {
            await writer.WriteLineAsync("220 mail.example.com ESMTP");
            while (await reader.ReadLineAsync(_stopping.Token) is { } line)
            {
                var (verb, rest) = (line.Split(' ')[0].ToUpperInvariant(), line.Split(' ', 2)[^1]);
                switch (verb)
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-mail.example.com\r\n250 AUTH PLAIN");
                        break;
                    case "AUTH":
                        user = Encoding.UTF8.GetString(Convert.FromBase64String(rest.Split(' ')[1])).Replace('\0', '|');
                        await writer.WriteLineAsync("235 Welcome");
                        break;
                    case "MAIL":
                        from = rest;
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case "RCPT":
                        to += rest;
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 Start mail input");
                        var text = new StringBuilder();
                        while (await reader.ReadLineAsync(_stopping.Token) is { } content and not ".")
                        {
                            text.AppendLine(content);
                        }

                        _mails.Enqueue(new Mail(user, from, to, text.ToString()));
                        await writer.WriteLineAsync("250 OK");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 Bye");
                        return;
                    default:
                        await writer.WriteLineAsync("502 Command not implemented");
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The test has ended, or the client has disconnected after its mail.
        }
    }
}

/// <summary>A received mail.</summary>
/// <param name="User">The credentials, as <c>|user|password</c>.</param>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipients.</param>
/// <param name="Text">Headers and body.</param>
internal sealed record Mail(string User, string From, string To, string Text)
{
    /// <summary>The subject, decoded.</summary>
    public string Subject => Text.Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..].Trim();
}

using System.Globalization;
using Npgsql;

namespace Choir.AppHost.Commands;

/// <summary>Builds a command line that opens psql on a database.</summary>
internal static class PsqlCommandLine
{
    /// <summary>
    /// The command for the database of an Npgsql connection string. In its URL everything but letters, digits and <c>-._~</c>
    /// is percent-encoded, so that it contains no character that is special to a shell.
    /// </summary>
    public static string Of(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var host = settings.Host ?? "localhost";
        var hosts = string.Join(',', host.Split(',').Select(one => HostAndPort(one.Trim(), settings.Port)));
        var user = Uri.EscapeDataString(settings.Username ?? "postgres");
        var password = settings.Password is { Length: > 0 } secret ? $":{Uri.EscapeDataString(secret)}" : "";
        var database = settings.Database is { Length: > 0 } name ? $"/{Uri.EscapeDataString(name)}" : "";
        return $"psql \"postgresql://{user}{password}@{hosts}{database}{SslModeOf(settings.SslMode)}\"";
    }

    /// <summary>
    /// A host as a URI has it: its own port if the connection string names one, an IPv6 address in brackets, the folder of a Unix
    /// socket percent-encoded.
    /// </summary>
    private static string HostAndPort(string host, int port)
    {
        var hasPort = host.Count(character => character == ':') == 1 || host.Contains("]:", StringComparison.Ordinal);
        var name = hasPort ? host[..host.LastIndexOf(':')] : host;
        var number = hasPort ? host[(host.LastIndexOf(':') + 1)..] : port.ToString(CultureInfo.InvariantCulture);
        name = name.Contains(':') ? $"[{name.Trim('[', ']')}]" : Uri.EscapeDataString(name);
        return $"{name}:{Uri.EscapeDataString(number)}";
    }

    // Prefer is the default of both.
    private static string SslModeOf(SslMode mode) => mode switch
    {
        SslMode.Disable => "?sslmode=disable",
        SslMode.Require => "?sslmode=require",
        SslMode.VerifyCA => "?sslmode=verify-ca",
        SslMode.VerifyFull => "?sslmode=verify-full",
        _ => "",
    };
}

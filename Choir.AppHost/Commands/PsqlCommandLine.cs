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
        // An IPv6 address is written in brackets; the folder of a Unix socket is encoded.
        host = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : Uri.EscapeDataString(host);
        var user = Uri.EscapeDataString(settings.Username ?? "postgres");
        var password = settings.Password is { Length: > 0 } secret ? $":{Uri.EscapeDataString(secret)}" : "";
        var port = settings.Port.ToString(CultureInfo.InvariantCulture);
        var database = settings.Database is { Length: > 0 } name ? $"/{Uri.EscapeDataString(name)}" : "";
        return $"psql \"postgresql://{user}{password}@{host}:{port}{database}\"";
    }
}

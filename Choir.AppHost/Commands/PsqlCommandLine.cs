using System.Globalization;
using Npgsql;

namespace Choir.AppHost.Commands;

/// <summary>A command line that opens psql on a database.</summary>
internal static class PsqlCommandLine
{
    /// <summary>
    /// The command for the database that an Npgsql connection string names. In its address everything but letters, digits
    /// and <c>-._~</c> is percent-encoded, so that no shell finds a character with a meaning between the quotes.
    /// </summary>
    public static string Of(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var host = settings.Host ?? "localhost";
        // An IPv6 address stands in brackets; a folder of Unix sockets is encoded like everything else.
        host = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : Uri.EscapeDataString(host);
        var user = Uri.EscapeDataString(settings.Username ?? "postgres");
        var password = settings.Password is { Length: > 0 } secret ? $":{Uri.EscapeDataString(secret)}" : "";
        var port = settings.Port.ToString(CultureInfo.InvariantCulture);
        var database = settings.Database is { Length: > 0 } name ? $"/{Uri.EscapeDataString(name)}" : "";
        return $"psql \"postgresql://{user}{password}@{host}:{port}{database}\"";
    }
}

namespace Choir.AppHost.Commands;

/// <summary>How people get at the database.</summary>
internal static class PostgresCommands
{
    /// <summary>Adds the commands connection-string and psql to the database's server.</summary>
    public static void AddPostgresCommands(this IResourceBuilder<IResourceWithConnectionString> database)
    {
        var server = database.Resource is IResourceWithParent child ? child.Parent : database.Resource;
        database.ApplicationBuilder.CreateResourceBuilder(server)
            .WithCommand(new ChoirCommand
            {
                Name = "connection-string",
                DisplayName = "Connection string",
                Description = $"The connection string of the database {database.Resource.Name}, for .NET programs. It holds the password.",
                Icon = "Link",
                Execute = async (_, cancellation) => ChoirCommand.Show(
                    "Connection string.", await ReadAsync(database, cancellation), CommandResultFormat.Text),
            })
            .WithCommand(new ChoirCommand
            {
                Name = "psql",
                DisplayName = "psql command",
                Description = $"A command line that opens psql on the database {database.Resource.Name}. It holds the password.",
                Icon = "WindowConsole",
                Execute = async (_, cancellation) => ChoirCommand.Show(
                    "Paste it into a terminal.", PsqlCommandLine.Of(await ReadAsync(database, cancellation)), CommandResultFormat.Text),
            });
    }

    private static async Task<string> ReadAsync(
        IResourceBuilder<IResourceWithConnectionString> database, CancellationToken cancellation) =>
        await database.Resource.GetConnectionStringAsync(cancellation)
            ?? throw new CommandException($"{database.Resource.Name} has no connection string.");
}

namespace Choir.AppHost.Commands;

internal static class PostgresCommands
{
    /// <summary>Adds the commands connection-string and psql to the database's server.</summary>
    public static void AddPostgresCommands(this IResourceBuilder<IResourceWithConnectionString> database)
    {
        var server = database.Resource is IResourceWithParent child ? child.Parent : database.Resource;
        var resource = database.ApplicationBuilder.CreateResourceBuilder(server);
        Add("connection-string", "Connection string", "Link",
            $"Shows the connection string of the database {database.Resource.Name} for .NET programs.", text => text);
        Add("psql", "psql command", "WindowConsole",
            $"Shows a command line that opens psql on the database {database.Resource.Name}.", PsqlCommandLine.Of);

        void Add(string name, string displayName, string icon, string description, Func<string, string> show) =>
            resource.WithCommand(new ChoirCommand
            {
                Name = name,
                DisplayName = displayName,
                Description = $"{description} It contains the password.",
                Icon = icon,
                Execute = async (_, cancellation) => ChoirCommand.Show(
                    $"{displayName}:", show(await ReadAsync(database, cancellation)), CommandResultFormat.Text),
            });
    }

    private static async Task<string> ReadAsync(
        IResourceBuilder<IResourceWithConnectionString> database, CancellationToken cancellation) =>
        await database.Resource.GetConnectionStringAsync(cancellation)
            ?? throw new CommandException($"{database.Resource.Name} has no connection string.");
}

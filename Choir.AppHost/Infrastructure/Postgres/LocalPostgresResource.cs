namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>A Postgres server that runs as a local process.</summary>
internal sealed class LocalPostgresResource(string name, ParameterResource password)
    : ExecutableResource(name, "postgres", Environment.CurrentDirectory), IResourceWithConnectionString
{
    public const string EndpointName = "tcp";

    private EndpointReference Endpoint => new(this, EndpointName);

    /// <summary>The port that Postgres itself listens on.</summary>
    public EndpointReferenceExpression ListeningPort => Endpoint.Property(EndpointProperty.TargetPort);

    /// <summary>Arguments before those of the server: the setpriv options and the server's path, if another user runs it.</summary>
    public IReadOnlyList<string> CommandPrefix { get; private set; } = [];

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={Endpoint.Property(EndpointProperty.Host)};Port={Endpoint.Property(EndpointProperty.Port)};Username=postgres;Password={password}");

    /// <summary>Sets the program after it has been found or installed.</summary>
    public void Run(PostgresBinaries binaries, string workingDirectory, ServiceUser? user)
    {
        var executable = Annotations.OfType<ExecutableAnnotation>().Last();
        executable.Command = user?.SetPriv ?? binaries.Server;
        executable.WorkingDirectory = workingDirectory;
        CommandPrefix = user is null ? [] : [.. user.Prefix, binaries.Server];
    }
}

/// <summary>One database of a <see cref="LocalPostgresResource"/>.</summary>
internal sealed class LocalDatabaseResource(string name, LocalPostgresResource parent)
    : Resource(name), IResourceWithParent<LocalPostgresResource>, IResourceWithConnectionString
{
    public LocalPostgresResource Parent { get; } = parent;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={Name}");
}

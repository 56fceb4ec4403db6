using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost's own program in a test, up to its <c>Build</c>.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the AppHost that <typeparamref name="TEntryPoint"/> belongs to (<c>Projects.NAME</c>).</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the AppHost that <typeparamref name="TEntryPoint"/> belongs to, with a command line.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args,
        CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <summary>Runs the AppHost that <typeparamref name="TEntryPoint"/> belongs to, with a command line and other options.</summary>
    /// <exception cref="InvalidOperationException">Its program ends without building an application.</exception>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(configureBuilder);
        var program = new AppHostProgram(typeof(TEntryPoint).Assembly, args, configureBuilder);
        return new TestingBuilder(program, await program.WaitForBuilder(cancellationToken));
    }
}

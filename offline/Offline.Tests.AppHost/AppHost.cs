var builder = DistributedApplication.CreateBuilder(args);
if (builder.Configuration["fail"] is { } reason)
    throw new InvalidOperationException(reason);

// Has started something of its own, and takes its time to end.
var sleeper = builder.AddExecutable("sleeper", "sh", ".", "-c", "trap 'exit 0' TERM; sleep 1000 & echo sleeping; wait");
var web = builder.AddProject<Projects.Offline_Tests_Web>("web")
    .WithReplicas(builder.Configuration["replicas"] is { } replicas ? int.Parse(replicas) : 1)
    .WithHttpHealthCheck("/ready")
    .WithEnvironment("END_FILE", builder.Configuration["end-file"])
    .WithEnvironment("SECRET", builder.AddParameter("secret", "a secret value", secret: true))
    .WaitFor(sleeper);
builder.AddProject<Projects.Offline_Tests_Web>("front", launchProfileName: null)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/ready")
    .WithReference(web)
    .WaitFor(web);

builder.Build().Run();

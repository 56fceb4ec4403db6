// Says who it is, shows its environment, and notes an orderly end in a file.
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => Environment.ProcessId);
app.MapGet("/ready", () => "ready");
app.MapGet("/environment/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapPost("/exit/{code:int}", (int code) => Environment.Exit(code));
if (app.Configuration["END_FILE"] is { Length: > 0 } file)
    app.Lifetime.ApplicationStopped.Register(() => File.AppendAllText(file, $"ended {Environment.ProcessId}\n"));
app.Run();

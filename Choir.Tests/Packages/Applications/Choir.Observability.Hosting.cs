using Aspire.Hosting;

// An AppHost that has the package Choir.Observability.Hosting; it would throw if the hook were missing.
var builder = DistributedApplication.CreateBuilder(args);
builder.AddExecutable("shop", "dotnet", ".", "Shop.dll").WithChoirObservability();
Console.WriteLine("The hook is there.");

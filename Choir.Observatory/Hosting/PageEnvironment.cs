using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;

namespace Choir.Observatory.Hosting;

/// <summary>The application's environment, with the scripts and styles of the pages as its web root.</summary>
internal sealed class PageEnvironment(IWebHostEnvironment application) : IWebHostEnvironment
{
    public string WebRootPath { get; set; } = "";

    public IFileProvider WebRootFileProvider { get; set; } = new EmbeddedFiles(application.ApplicationName);

    public string ApplicationName { get; set; } = application.ApplicationName;

    public IFileProvider ContentRootFileProvider { get; set; } = application.ContentRootFileProvider;

    public string ContentRootPath { get; set; } = application.ContentRootPath;

    public string EnvironmentName { get; set; } = application.EnvironmentName;
}

using Choir.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Choir.Tests.Unit.LoadTest;

/// <summary>The sample of a load test in one's own program, in <c>docs/performance.md</c>.</summary>
public class OwnCodeSampleTests
{
    // What a console program has without saying so, and the grain that the sample calls.
    private const string Program = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;

        public interface ICartGrain : Orleans.IGrainWithStringKey
        {
            Task CheckOut();
        }
        """;

    [Fact]
    public void The_sample_in_the_documentation_compiles()
    {
        var page = File.ReadAllText(Repository.At("docs/performance.md"));
        var begin = page.IndexOf("```csharp\n", StringComparison.Ordinal);
        var sample = page[(page.IndexOf('\n', begin) + 1)..page.IndexOf("\n```", begin, StringComparison.Ordinal)];
        Assert.Contains("LoadTestRun.RunAsync", sample, StringComparison.Ordinal);
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "sample",
            [Parse(Program), Parse(sample)],
            assemblies.Select(assembly => MetadataReference.CreateFromFile(assembly)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(one => one.Severity == DiagnosticSeverity.Error));
    }

    private static SyntaxTree Parse(string text) =>
        CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest), cancellationToken: TestContext.Current.CancellationToken);
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Choir.LoadTest.Reports.Files;

/// <summary>Reads and writes JSON files that name the version of their format.</summary>
internal static class VersionedJson
{
    /// <summary>A larger file is not read: the largest report has about 10 MB.</summary>
    public const long MaxBytes = 64 << 20;

    // In these objects the names are data, so that the serializer does not check their values for null.
    private static readonly string[] Dictionaries = ["series", "settings"];

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // A figure that could not be computed must not prevent the report.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it must be, for error messages, such as <c>a load test's report</c>.</param>
    /// <param name="version">The version of the format that this program reads.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ReportFileException">It cannot be read, or is something else.</exception>
    public static async Task<T> ReadAsync<T>(FileInfo file, string kind, int version, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await ReadBytesAsync(file, kind, cancellationToken);
        try
        {
            // Not UTF-8 text but a byte order mark is what some editors put in front.
            using var json = JsonDocument.Parse(bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0));
            CheckVersion(json.RootElement, file, kind, version);
            RefuseNulls(json.RootElement, "$", refuseInObject: false);
            return json.Deserialize<T>(Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException wrong)
        {
            throw new ReportFileException($"{file} is not {kind}: {Sentence(wrong)}", wrong);
        }
    }

    public static async Task WriteAsync<T>(T value, FileInfo file, CancellationToken cancellationToken) =>
        await WholeFile.WriteAsync(file, JsonSerializer.SerializeToUtf8Bytes(value, Options), cancellationToken);

    private static async Task<byte[]> ReadBytesAsync(FileInfo file, string kind, CancellationToken cancellationToken)
    {
        try
        {
            // A device or pipe has no length: the bound is on what was read.
            await using var stream = file.OpenRead();
            using var buffer = new MemoryStream();
            var chunk = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
            {
                await buffer.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
                if (buffer.Length > MaxBytes)
                {
                    throw new ReportFileException($"{file} is not {kind}: it is larger than {MaxBytes >> 20} MiB.");
                }
            }

            return buffer.ToArray();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ReportFileException($"There is no file {file}; give the path of {kind}.", missing);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ReportFileException($"{file} cannot be read: {refused.Message}", refused);
        }
    }

    private static void CheckVersion(JsonElement root, FileInfo file, string kind, int version)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("version", out var found) || found.ValueKind != JsonValueKind.Number
            || !found.TryGetInt32(out var number))
        {
            throw new ReportFileException($"{file} is not {kind}: it has no number \"version\".");
        }

        if (number != version)
        {
            throw new ReportFileException($"{file} has version {number} of the format of {kind}, and this program reads version {version}: "
                + (number > version ? "use the program that wrote it, or a newer one." : "make the file again with this program."));
        }
    }

    // The serializer does not apply nullability to elements of collections.
    private static void RefuseNulls(JsonElement element, string path, bool refuseInObject)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                RefuseNull(item, $"{path}[{index}]");
                RefuseNulls(item, $"{path}[{index++}]", refuseInObject: false);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (refuseInObject)
                {
                    RefuseNull(property.Value, $"{path}.{property.Name}");
                }

                RefuseNulls(property.Value, $"{path}.{property.Name}", Dictionaries.Contains(property.Name));
            }
        }
    }

    private static void RefuseNull(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            throw new JsonException("null is not a value here.", path, null, null);
        }
    }

    private static string Sentence(JsonException wrong)
    {
        // The serializer names missing properties only in its message.
        const string marker = "including: ";
        var names = wrong.Message.IndexOf(marker, StringComparison.Ordinal);
        return (wrong.LineNumber, wrong.Path) switch
        {
            ({ } line, null) => $"it is not valid JSON in line {line + 1}.",
            (_, { } path) when names >= 0 => $"{path} lacks {wrong.Message[(names + marker.Length)..]}",
            (_, { } path) => $"the value at {path} is not valid.",
            _ => wrong.Message,
        };
    }
}

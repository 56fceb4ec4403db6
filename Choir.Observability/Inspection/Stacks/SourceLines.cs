using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Choir.Actors.Inspection;

/// <summary>
/// Finds the source line at which an async method awaits, from the portable symbols in or beside its assembly. They list the places
/// where the method suspends, and the lines of its code.
/// </summary>
/// <param name="open">Opens a file for reading; null if it does not exist.</param>
/// <param name="timeout">How long reading the symbols of a method may take.</param>
internal sealed class SourceLines(Func<string, Stream?> open, TimeSpan timeout)
{
    /// <summary>The most assemblies whose symbols took too long: each keeps a thread while it is read. Then no more are read.</summary>
    public const int MaxTooSlow = 4;

    private const int MaxMethods = 2_048;
    private const int MaxPath = 400;

    private static readonly Guid AsyncStepping = new("54FD2AC5-E925-401A-9C2A-F94F171072F8");

    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Module, int Method), Await[]> _known = [];
    private readonly HashSet<Guid> _tooSlow = [];

    public SourceLines()
        : this(Open, TimeSpan.FromSeconds(1))
    {
    }

    /// <param name="machine">The type of the method's state machine.</param>
    /// <param name="state">The state in which it is suspended.</param>
    /// <returns>Null if the symbols are missing, or do not say it without doubt.</returns>
    public (string File, int Line)? Find(Type machine, int state)
    {
        var method = machine.GetMethod(
            "MoveNext", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
        if (method is null)
        {
            return null;
        }

        var awaits = AwaitsOf(method);
        return Array.FindAll(awaits, one => one.State == state) is [var found] ? (found.File, found.Line) : null;
    }

    private Await[] AwaitsOf(MethodInfo method)
    {
        var key = (Module: method.Module.ModuleVersionId, method.MetadataToken);
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_tooSlow.Contains(key.Module) || _tooSlow.Count >= MaxTooSlow)
            {
                return [];
            }
        }

        // On a thread of its own and outside of the lock: a pipe or a share that does not answer may block it for good.
        var reading = Task.Factory.StartNew(() => Read(method), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var isRead = reading.Wait(timeout);
        lock (_gate)
        {
            if (!isRead)
            {
                _tooSlow.Add(key.Module);
                return [];
            }

            if (_known.Count >= MaxMethods)
            {
                _known.Clear();
            }

            return _known[key] = reading.Result;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Files may be missing, locked or damaged in any way; then there is no line.")]
    private Await[] Read(MethodInfo method)
    {
        try
        {
            var path = method.Module.Assembly.Location;
            if (path.Length == 0 || method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            {
                return [];
            }

            // Opened for this method and closed again, so that a build can replace the files.
            using var image = new PEReader(open(path)!);
            if (!image.TryOpenAssociatedPortablePdb(path, open, out var symbols, out _))
            {
                return [];
            }

            using (symbols)
            {
                return Read(symbols!.GetMetadataReader(), (MethodDefinitionHandle)MetadataTokens.EntityHandle(method.MetadataToken), code);
            }
        }
        catch (Exception)
        {
            return [];
        }
    }

    private static FileStream? Open(string path) =>
        File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;

    private static Await[] Read(MetadataReader symbols, MethodDefinitionHandle method, byte[] code)
    {
        var lines = symbols.GetMethodDebugInformation(method).GetSequencePoints().Where(point => !point.IsHidden).ToArray();
        var awaits = new List<Await>();
        foreach (var offset in Suspensions(symbols, method))
        {
            var line = Array.FindLastIndex(lines, point => point.Offset <= offset);
            if (line >= 0 && StateBefore(code, offset) is { } state)
            {
                awaits.Add(new Await(state, Cut(symbols.GetString(symbols.GetDocument(lines[line].Document).Name)), lines[line].StartLine));
            }
        }

        return [.. awaits];
    }

    /// <summary>The offsets in the code right after the state was stored, before the method suspends.</summary>
    private static List<int> Suspensions(MetadataReader symbols, MethodDefinitionHandle method)
    {
        var offsets = new List<int>();
        foreach (var handle in symbols.GetCustomDebugInformation(method))
        {
            var information = symbols.GetCustomDebugInformation(handle);
            if (symbols.GetGuid(information.Kind) != AsyncStepping)
            {
                continue;
            }

            // The offset of the catch block; then the offsets of suspension and continuation, and the method of the continuation.
            var blob = symbols.GetBlobReader(information.Value);
            blob.ReadUInt32();
            while (blob.RemainingBytes > 0)
            {
                offsets.Add(checked((int)blob.ReadUInt32()));
                blob.ReadUInt32();
                blob.ReadCompressedInteger();
            }
        }

        return offsets;
    }

    /// <summary>
    /// The state that the code before an offset stores: <c>ldarg.0; ldc.i4 N; dup; stloc; stfld</c>. The order of the places in the
    /// symbols is not enough, because the compiler may number awaits that it then removes.
    /// </summary>
    /// <returns>Null if the code is another one, such as that of another compiler.</returns>
    internal static int? StateBefore(ReadOnlySpan<byte> code, int offset)
    {
        const byte This = 0x02, Dup = 0x25, FirstStoreLocal = 0x0A, LastStoreLocal = 0x0D, StoreField = 0x7D;
        const byte LoadZero = 0x16, LoadEight = 0x1E, LoadShort = 0x1F, LoadLong = 0x20;
        const int AfterLoad = 7;
        var end = offset - AfterLoad;
        if (offset > code.Length || At(code, end) != Dup || At(code, end + 1) is not (>= FirstStoreLocal and <= LastStoreLocal) || At(code, end + 2) != StoreField)
        {
            return null;
        }

        return (At(code, end - 1), At(code, end - 2), At(code, end - 3)) switch
        {
            (>= LoadZero and <= LoadEight and var load, This, _) => load - LoadZero,
            ({ } number, LoadShort, This) => (sbyte)number,
            _ when At(code, end - 5) == LoadLong && At(code, end - 6) == This => BitConverter.ToInt32(code.Slice(end - 4, 4)),
            _ => null,
        };

        static byte? At(ReadOnlySpan<byte> code, int index) => index >= 0 && index < code.Length ? code[index] : null;
    }

    private static string Cut(string path) => path.Length <= MaxPath ? path : "…" + path[^MaxPath..];

    private readonly record struct Await(int State, string File, int Line);
}

using System.Diagnostics;
using System.Globalization;
using DriveKD.Models.Families;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>Targets made ahead with teachers that are loaded and teachers that stream.</summary>
public sealed class TargetsTests : IDisposable
{
    private const int Deep = 32;
    private const int Shallow = 4;

    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");

    private readonly DistillationFixture _world = new(records: 3);

    public TargetsTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("cache.stream_memory=64")]
    [InlineData("cache.stream_memory=0", "cache.stream_scratch=64")]
    public void Targets_LoadedOrStreamed_AreTheSameFiles(params string[] memory)
    {
        string[] signals = ["distillation.signals.perception.kind=logits", "distillation.signals.reasoning.kind=hidden-states"];
        Make("loaded", [.. signals, "cache.stream=never"]);
        ProgramResult streamed = Make("streamed", [.. signals, "cache.stream=always", .. memory]);

        Assert.Contains("teacher is read layer by layer", streamed.Error, StringComparison.Ordinal);
        string[] files = Files("loaded");
        // Targets of three samples, three pictures, a head.
        Assert.True(files.Length >= 7, $"{files.Length} files");
        Assert.Equal(files, Files("streamed"));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(_world.Path("loaded", file)), File.ReadAllBytes(_world.Path("streamed", file))));
    }

    /// <summary>Of two teachers with equal layers the one that is eight times as deep needs no more memory where it streams.</summary>
    [Fact]
    public void Targets_OfADeepTeacher_TakeTheMemoryOfItsLayersOnly()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "the kernel's account of memory that is no file's");
        double layer = CreateDeep("deep", Deep);
        CreateDeep("shallow", Shallow);
        // Where the program has to be built first, that is no part of what is measured.
        Assert.Equal(0, ProgramRunner.Run(_launcher, ["--version"], TestPaths.Repository).ExitCode);
        long shallow = Peak("shallow", Shallow, "always");
        long deep = Peak("deep", Deep, "always");
        long loaded = Peak("deep", Deep, "never");

        // What .NET and the allocator keep differs from run to run.
        const double Slack = 100e6;
        double model = Deep * layer;
        Assert.True(model > 300e6, $"{model} bytes");
        Assert.True(deep - shallow < layer + Slack, $"{deep - shallow} bytes more with {Deep} layers than with {Shallow}, of {layer} bytes each");
        Assert.True(loaded - deep > model - (2 * layer) - Slack, $"{loaded} bytes loaded, {deep} streamed, {model} in {Deep} layers");
    }

    /// <returns>Bytes of one layer as it computes.</returns>
    private double CreateDeep(string name, int layers)
    {
        ModelPreset tiny = ModelFamilies.FindPreset("tiny");
        ModelConfig config = tiny.Config with { Language = tiny.Config.Language with { Layers = layers, HiddenSize = 384, Heads = 24, IntermediateSize = 2048 } };
        _world.CreateModel(name, 3, tiny with { Config = config });
        return sizeof(float) * config.Family.Expected(config).Where(tensor => tensor.Name.StartsWith("language_model.model.layers.0.", StringComparison.Ordinal)).Sum(tensor => tensor.ElementCount);
    }

    /// <summary>The most memory of its own, not of mapped files, that a run was seen with.</summary>
    private long Peak(string teacher, int layers, string streams)
    {
        string folder = $"{teacher}-{streams}";
        Process process = ProgramRunner.Start(_launcher, Arguments(folder,
        [
            "models.teachers={perception: " + _world.Path(teacher) + ", reasoning: " + _world.Path(teacher) + ", planning: " + _world.Path(teacher) + "}",
            string.Create(CultureInfo.InvariantCulture, $"distillation.signals.planning.teacher_layers=[{layers}, {layers}]"),
            "cache.stream=" + streams,
        ]), TestPaths.Repository, new Dictionary<string, string?> { ["DOTNET_gcServer"] = "0", ["DOTNET_GCConserveMemory"] = "9" });
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(2))
        {
            peak = Math.Max(peak, OwnBytes(process.Id));
        }

        Assert.True(process.ExitCode == 0, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
        process.Dispose();
        return peak;
    }

    /// <summary>RssAnon of a process and of those that it started: the launcher hands over to the program.</summary>
    private static long OwnBytes(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            long own = line is null ? 0 : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            return own + File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Sum(child => OwnBytes(int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return 0;
        }
    }

    private ProgramResult Make(string folder, string[] keys)
    {
        ProgramResult result = ProgramRunner.Run(_launcher, Arguments(folder, keys), TestPaths.Repository);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return result;
    }

    private string[] Arguments(string folder, string[] keys) => ["targets", _world.Recipe, "cache.folder=" + _world.Path(folder), .. keys];

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(_world.Path(folder), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_world.Path(folder), file)).Order(StringComparer.Ordinal)];
}

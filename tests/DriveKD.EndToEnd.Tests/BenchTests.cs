using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

public sealed class BenchTests
{
    [Fact]
    public void BenchDistill_Tiny_PrintsTheDocumentThatItDescribes()
    {
        ProgramResult result = Bench("--shape", "tiny", "--rounds", "1", "--growth", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement document = JsonDocument.Parse(result.Output).RootElement;

        foreach (string ratio in (string[])["warm_features", "warm_targets", "lazy_warm_targets", "cold_frozen"])
        {
            Assert.True(document.GetProperty("ratio").GetProperty(ratio).GetDouble() > 0, ratio);
        }

        foreach (string key in (string[])["memory_ratio", "gemm_share", "gemm_rate", "projection_share"])
        {
            Assert.True(document.GetProperty(key).GetDouble() > 0, key);
        }

        Assert.InRange(document.GetProperty("agreement").GetDouble(), 0, 1e-4);
        Assert.Equal(2, document.GetProperty("growth").GetArrayLength());
        foreach (JsonProperty leg in document.GetProperty("seconds").EnumerateObject())
        {
            Assert.Equal(leg.Value.GetDouble(), document.GetProperty("phases").GetProperty(leg.Name).EnumerateObject().Sum(phase => phase.Value.GetDouble()), 1e-6);
        }
    }

    [Fact]
    public void BenchDistill_UnknownShape_IsAMistakeOfTheUser()
    {
        ProgramResult result = Bench("--shape", "huge");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("known shapes: quarter, tiny, 1b", result.Error, StringComparison.Ordinal);
    }

    private static ProgramResult Bench(params string[] options)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");
        return ProgramRunner.Run(Path.Combine(TestPaths.Repository, "drivekd"), ["bench", "distill", .. options], TestPaths.Repository);
    }
}

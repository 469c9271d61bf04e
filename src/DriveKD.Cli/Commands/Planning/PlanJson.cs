using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Deployment;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>Plans as one JSON document: bytes, operations and seconds, nothing rounded.</summary>
internal static class PlanJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        WriteIndented = true,
    };

    public static string Write(RunningPlan plan, double? memory) => JsonSerializer.Serialize(
        new
        {
            Kind = "running",
            plan.Shape,
            plan.Parameters,
            plan.Workload,
            plan.PromptTokens,
            Memory = new { plan.WeightBytes, plan.KeyValueBytes, plan.TowerBytes, plan.DecoderBytes, RunningPlan.FrameworkBytes, TotalBytes = plan.MemoryBytes },
            plan.Shape.KeyValueBytesPerToken,
            Flops = new { Vision = plan.VisionFlops, Prefill = plan.PrefillFlops, PerToken = plan.DecodeFlops },
            BytesPerToken = plan.DecodeBytes,
            plan.VisionSeconds,
            plan.PrefillSeconds,
            plan.FirstTokenSeconds,
            plan.TokensPerSecond,
            plan.Device,
            DeviceMemoryBytes = memory,
            Fits = memory is double there ? plan.MemoryBytes <= there : (bool?)null,
        },
        _layout);

    public static string Write(DistillationPlan plan, IReadOnlyCollection<Capability> stored, double? memory) => JsonSerializer.Serialize(
        new
        {
            Kind = "distillation",
            plan.Work,
            plan.Memory,
            plan.MemoryBytes,
            Stored = stored.Order().Select(role => role.ToString().ToLowerInvariant()),
            plan.Targets,
            plan.PeakBytes,
            plan.Flops,
            plan.FlopsPerSample,
            plan.TotalFlops,
            plan.TrafficBytesPerSample,
            plan.SecondsPerSample,
            plan.Hours,
            plan.Device,
            DeviceMemoryBytes = memory,
            Fits = memory is double there ? plan.PeakBytes <= there : (bool?)null,
        },
        _layout);
}

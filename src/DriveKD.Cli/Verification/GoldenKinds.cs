using DriveKD.Data.Imaging.Verification;
using DriveKD.Data.Imaging.Verification.Corruptions;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Distillation.Verification;
using DriveKD.Evaluation.Verification;
using DriveKD.Evaluation.Verification.Metrics;
using DriveKD.Models.Tensors;
using DriveKD.Models.Verification.InternVL;
using DriveKD.Models.Verification.Qwen25VL;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Verification;

/// <summary>Every kind of golden folder, in the order in which a folder of several kinds is compared. A new kind is a new entry here.</summary>
internal static class GoldenKinds
{
    /// <summary>The kinds.</summary>
    public static IReadOnlyList<GoldenKind> All { get; } =
    [
        new("text", "chat.json or *-ids.json", TextGoldens.IsTextFolder, (folder, request) => TextGoldens.Run(folder, request.Tokenizer)),
        new("images", "decode.json, resize.json, tiles.json and their like", ImageGoldens.AreIn, (folder, request) => ImageGoldens.Run(folder, Photographs(request))),
        new("corruptions", "cases.json with clean.png and fixed-noise.safetensors", CorruptionGoldens.AreIn, RunCorruptions),
        new("model", "goldens/CHECKPOINT/CASE.safetensors beside CHECKPOINT/", InternVLGoldens.AreIn, RunModels, ReportsProgress: true),
        new("qwen25vl", "CHECKPOINT-CASE.safetensors beside CHECKPOINT/, or tables of image_grid_thw", Qwen25VLGoldens.AreIn, RunQwen25VL, ReportsProgress: true),
        new("aggregation", "aggregation.json with cases of gram and coefficients", AggregationGoldens.AreIn, (folder, _) => AggregationGoldens.Run(folder)),
        new("trainer", "case_*.json beside parameter_order.json", TrainerGoldens.AreIn, RunTrainer, ReportsProgress: true),
        new("statistics", "JSON with sections such as wilson, mcnemar_exact or cluster_bootstrap", StatisticsGoldens.AreIn, (folder, _) => StatisticsGoldens.Run(folder)),
        new("metrics", "ptb-tokens.json, language-metrics*.json, mcq-extraction.json, yesno.json, scoring.json, judge-*.json", MetricGoldens.AreIn, (folder, _) => MetricGoldens.Run(folder)),
    ];

    private static IEnumerable<GoldenCheck> RunCorruptions(string folder, VerifyRequest request)
    {
        // Any seed must pass; one that is fixed gives the same rows each time.
        SeedStreams streams = new(seed: 0);
        return CorruptionGoldens.Run(folder, name => streams.Open(name).NextBits, Photographs(request), request.Cancellation);
    }

    private static IEnumerable<GoldenCheck> RunModels(string folder, VerifyRequest request) => InternVLGoldens.Run(
        folder,
        new InternVLGoldenOptions
        {
            Pictures = request.Images,
            Device = request.Device ?? Devices.Parse(Devices.Automatic, "--device"),
            Wants = request.Wants,
            Progress = request.Progress,
        },
        request.Cancellation);

    private static IEnumerable<GoldenCheck> RunQwen25VL(string folder, VerifyRequest request) => Qwen25VLGoldens.Run(
        folder,
        new Qwen25VLGoldenOptions
        {
            Device = request.Device ?? Devices.Parse(Devices.Automatic, "--device"),
            Wants = request.Wants,
            Progress = request.Progress,
        },
        request.Cancellation);

    private static IEnumerable<GoldenCheck> RunTrainer(string folder, VerifyRequest request) => TrainerGoldens.Run(
        folder,
        new TrainerGoldenOptions
        {
            Pictures = request.Images,
            Device = request.Device ?? Devices.Parse(Devices.Automatic, "--device"),
            Wants = request.Wants,
            Progress = request.Progress,
        },
        request.Cancellation);

    /// <summary>The tables of pictures name photographs relative to the samples folder of the dataset.</summary>
    private static string? Photographs(VerifyRequest request) =>
        request.Images is string root && Directory.Exists(Path.Combine(root, "samples")) ? Path.Combine(root, "samples") : request.Images;
}

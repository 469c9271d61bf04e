using System.Globalization;
using DriveKD.Models.Generation;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>Where the time of an answer went, for people, on standard error.</summary>
internal static class TimingTable
{
    public static void Write(Terminal terminal, ModelAssistant assistant, Answer answer)
    {
        AnswerTimings timings = answer.Timings;
        int tiles = answer.Pictures.Sum(picture => picture.Tiles);
        int pictures = answer.Pictures.Count;
        string perSecond = timings.TokensPerSecond is double speed ? Invariant($", {speed:F1} tokens/s") : "";
        int read = answer.PromptTokens - answer.ReusedTokens;
        string prefill = timings.PrefillSeconds > 0 ? Invariant($", {read / timings.PrefillSeconds:F0} tokens/s") : "";
        string reusedTokens = answer.ReusedTokens > 0 ? Invariant($" of {answer.PromptTokens}, {answer.ReusedTokens} from the question before") : "";
        string reusedTiles = answer.ReusedTiles > 0 ? Invariant($", {answer.ReusedTiles} of them from questions before") : "";
        List<(string Stage, double Seconds, string Remark)> rows =
        [
            ("load", assistant.LoadSeconds, $"{Devices.NameOf(assistant.Placement.Device)}, {Precisions.NameOf(assistant.Placement.DType)}"),
            ("pictures", timings.PictureSeconds, Invariant($"{pictures} resized and cut into {tiles}, prompt built")),
            ("vision", timings.VisionSeconds, Invariant($"{tiles} tiles{reusedTiles}")),
            ("prefill", timings.PrefillSeconds, Invariant($"{read} tokens{reusedTokens}{prefill}")),
            ("decode", timings.DecodeSeconds, Invariant($"{Math.Max(0, timings.NewTokens - 1)} tokens{perSecond}")),
        ];
        if (answer.Attention is not null)
        {
            rows.Add(("attention", timings.AttentionSeconds, $"layer {answer.Attention.Layer}"));
        }

        if (timings.FirstTokenSeconds is double first)
        {
            rows.Add(("first token", first, "after the question; pictures, vision and prefill"));
        }

        foreach ((string stage, double seconds, string remark) in rows)
        {
            terminal.ErrorText.WriteLine(Invariant($"{stage,-11} {seconds,8:F3} s  {remark}"));
        }

        terminal.ErrorText.Flush();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

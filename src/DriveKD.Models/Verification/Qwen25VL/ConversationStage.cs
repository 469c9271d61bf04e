using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Text.Chat;
using DriveKD.Data.Text.Training;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Forms the recorded texts and ids anew with the family's chat template and the checkpoint's own tokenizer.</summary>
internal static class ConversationStage
{
    public static void Run(Qwen25VLSubject subject, GoldenCase golden, StageTable stages, SampleBatch samples)
    {
        GoldenFacts facts = golden.Facts;
        IReadOnlyList<string>? prompts = RequireRows(golden, "prompt_text", facts.Texts("prompt_text"), samples);
        IReadOnlyList<string>? texts = RequireRows(golden, "full_text", facts.Texts("full_text"), samples);
        IReadOnlyList<long[]>? promptIds = RequireRows(golden, "prompt_ids", facts.IntegerRows("prompt_ids"), samples);
        StageTally tokens = stages[Qwen25VLStages.Tokens];
        for (int row = 0; row < samples.Batch; row++)
        {
            if (prompts is not null && promptIds is not null)
            {
                tokens.SameItems(Item("prompt_ids", row), promptIds[row], Wide(subject.Tokenizer.Encode(prompts[row])));
            }

            if (texts is not null)
            {
                CompareText(subject, stages, samples, row, texts[row], prompts?[row], promptIds?[row]);
            }

            int[] padding = samples.Ids(row, samples.Columns(row, isPadding: true));
            if (padding.Length > 0)
            {
                tokens.SameItems(Item("padding", row), Wide(padding), [.. padding.Select(_ => (long)subject.Tokens.EndOfTextId)]);
            }
        }

        CompareLabels(golden, stages, samples, promptIds);
    }

    private static void CompareText(
        Qwen25VLSubject subject, StageTable stages, SampleBatch samples, int row, string text, string? prompt, long[]? promptIds)
    {
        StageTally tokens = stages[Qwen25VLStages.Tokens];
        long[] recorded = Wide(samples.Ids(row, samples.Columns(row)));
        tokens.SameItems(Item("ids of full_text", row), recorded, Wide(subject.Tokenizer.Encode(text)));
        if (RecordedConversation.Parse(text) is not IReadOnlyList<ChatMessage> messages)
        {
            stages[Qwen25VLStages.Prompt].Fail($"{Item("full_text", row)} is not made of whole turns of system, user and assistant");
            return;
        }

        // The template has to add its own system text by itself.
        bool isOrdinary = messages[0] is { Role: ChatRole.System, Parts: [{ Text: Qwen25VLChatTemplate.DefaultSystemText }] } && messages.Count > 1;
        List<ChatMessage> turns = [.. messages.Skip(isOrdinary ? 1 : 0)];
        IChatTemplate template = subject.Config.Family.CreateTemplate(subject.Folder, subject.Config, subject.Tokenizer);
        int[] units = [.. samples.Pictures[row].Select(picture => picture.Tokens)];
        ChatPrompt whole = template.Build(turns, units, addGenerationPrompt: false);
        stages[Qwen25VLStages.Prompt].Same(Item("full_text", row), text, whole.ExpandedText);
        tokens.SameItems(Item("ids of the conversation", row), recorded, Wide(whole.Ids));
        if (prompt is not null && turns.Count > 1 && turns[^1].Role == ChatRole.Assistant)
        {
            ChatPrompt asked = template.Build(turns[..^1], units);
            stages[Qwen25VLStages.Prompt].Same(Item("prompt_text", row), prompt, asked.ExpandedText);
            if (promptIds is not null)
            {
                tokens.SameItems(Item("ids of the prompt", row), promptIds, Wide(asked.Ids));
            }
        }
    }

    /// <summary>Supervised is what follows the prompt, and nothing else.</summary>
    private static void CompareLabels(GoldenCase golden, StageTable stages, SampleBatch samples, IReadOnlyList<long[]>? promptIds)
    {
        if (promptIds is null || golden.ReadFirst(2, "labels") is not Tensor labels_BT)
        {
            return;
        }

        List<long> expected = [];
        for (int row = 0; row < samples.Batch; row++)
        {
            long[] own = [.. Enumerable.Repeat((long)TrainingSequence.NotSupervised, samples.Length)];
            foreach (int column in samples.Columns(row).Skip(promptIds[row].Length))
            {
                own[column] = samples.Ids(row, [column])[0];
            }

            expected.AddRange(own);
        }

        stages[Qwen25VLStages.Tokens].SameItems("labels", TensorValues.Integers(labels_BT), expected);
    }

    private static IReadOnlyList<T>? RequireRows<T>(GoldenCase golden, string key, IReadOnlyList<T>? rows, SampleBatch samples) =>
        rows is null || rows.Count == samples.Batch
            ? rows
            : throw new InputException($"{golden.Path}.json, {key}", $"has {rows.Count} entries, the ids {samples.Batch} rows.");

    private static long[] Wide(int[] ids) => Array.ConvertAll(ids, id => (long)id);

    private static string Item(string name, int row) => string.Create(CultureInfo.InvariantCulture, $"{name}[{row}]");
}

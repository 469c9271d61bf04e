using System.Text;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Data.Text.Training;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>Forms the recorded ids, labels and masks anew from the texts that the golden names, with the checkpoint's own tokenizer.</summary>
internal static class PromptStage
{
    private const string ImageBlock = "(image)";

    public static void Run(GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs)
    {
        if (inputs.Sequence is not SequenceInputs sequence)
        {
            return;
        }

        StageTally tokens = stages[ModelStages.Tokens];
        GoldenFacts facts = golden.Facts;
        if (facts.Integer("sequence_length") is int length)
        {
            tokens.Same("sequence_length", length, sequence.Length);
        }

        if (golden.Has("llm.image_mask"))
        {
            tokens.SameItems("llm.image_mask", sequence.IsImage, [.. sequence.Ids.Select(id => id == subject.Tokens.ImageSlotId)]);
        }

        int[] imageTokens = ImageTokens(subject, golden, inputs);
        CompareChat(subject, facts, stages, sequence, imageTokens);
        CompareTraining(subject, golden, tokens, sequence, imageTokens);
        CompareBatch(subject, facts, tokens, sequence, inputs);
    }

    /// <summary>The number of image tokens of every picture, all its tiles together.</summary>
    private static int[] ImageTokens(GoldenSubject subject, GoldenCase golden, CaseInputs inputs)
    {
        int perTile = inputs.Pixels_N3HW is null ? subject.Config.TokensPerTile : (int)CaseInputs.TokensPerTile(subject, inputs.Pixels_N3HW);
        IReadOnlyList<int> tiles = golden.Facts.Integers("tiles_per_image") ?? [.. (golden.Facts.Texts("images") ?? []).Select(_ => 1)];
        return [.. tiles.Select(count => Math.Max(1, count) * perTile)];
    }

    private static void CompareChat(GoldenSubject subject, GoldenFacts facts, StageTable stages, SequenceInputs sequence, int[] imageTokens)
    {
        if (facts.Text("prompt_with_placeholders") is not string prompt || sequence.Batch != 1)
        {
            return;
        }

        int[] expected = sequence.RowIds(0);
        stages[ModelStages.Tokens].SameItems("ids of prompt_with_placeholders", expected, subject.Tokenizer.Encode(Expand(prompt, imageTokens)));

        GoldenFacts? generation = facts.Object("generation");
        bool isChatTemplate = subject.Config.Template == InternVL25ChatTemplate.TemplateName;
        if (isChatTemplate && generation?.Text("question_given_to_chat") is string question)
        {
            List<ChatMessage> messages = [ChatMessage.User(question)];
            if (generation.Text("system_message") is string system)
            {
                messages.Insert(0, ChatMessage.System(system));
            }

            ChatPrompt built = subject.Config.Family.CreateTemplate(subject.Folder, subject.Config, subject.Tokenizer).Build(messages, imageTokens);
            stages[ModelStages.Prompt].Same("prompt_with_placeholders", prompt, built.Text);
            stages[ModelStages.Tokens].SameItems("ids of the chat template", expected, built.Ids);
        }
    }

    private static void CompareTraining(GoldenSubject subject, GoldenCase golden, StageTally tokens, SequenceInputs sequence, int[] imageTokens)
    {
        IReadOnlyList<(string Text, int Tokens, bool IsSupervised)>? blocks = golden.Facts.Blocks("text_blocks");
        string? question = golden.Facts.Text("question");
        string? answer = golden.Facts.Text("answer");
        if (blocks is null || sequence.Batch != 1)
        {
            return;
        }

        int[] expected = sequence.RowIds(0);
        List<int> ids = [];
        List<long> labels = [];
        foreach ((string text, int count, bool isSupervised) in blocks)
        {
            int[] block = text == ImageBlock ? [.. Enumerable.Repeat(subject.Tokens.ImageSlotId, Math.Max(0, count))] : subject.Tokenizer.Encode(text);
            tokens.Same($"tokens of block \"{text}\"", count, block.Length);
            ids.AddRange(block);
            labels.AddRange(block.Select(id => isSupervised ? (long)id : TrainingSequence.NotSupervised));
        }

        long[]? recordedLabels = RecordedLabels(golden);
        tokens.SameItems("ids of text_blocks", expected, ids);
        if (recordedLabels is not null)
        {
            tokens.SameItems("labels of text_blocks", recordedLabels, labels);
        }

        if (question is null || answer is null)
        {
            return;
        }

        TrainingSequence built = new DriveKDTrainingLayout(subject.Tokenizer).Build(question, answer, imageTokens);
        tokens.SameItems(
            "blocks of the training layout", blocks, [.. built.Blocks.Select(block => (block.Text ?? ImageBlock, block.TokenCount, block.IsSupervised))]);
        tokens.SameItems("ids of the training layout", expected, built.TokenIds);
        tokens.SameItems("image mask of the training layout", sequence.IsImage, built.ImageMask);
        if (recordedLabels is not null)
        {
            tokens.SameItems("labels of the training layout", recordedLabels, [.. built.Labels.Select(label => (long)label)]);
        }
    }

    private static void CompareBatch(GoldenSubject subject, GoldenFacts facts, StageTally tokens, SequenceInputs sequence, CaseInputs inputs)
    {
        if (facts.Texts("prompts") is not IReadOnlyList<string> prompts)
        {
            return;
        }

        tokens.Same("number of prompts", prompts.Count, sequence.Batch);
        for (int row = 0; row < Math.Min(prompts.Count, sequence.Batch); row++)
        {
            tokens.SameItems($"ids of prompts[{row}]", sequence.RowIds(row), subject.Tokenizer.Encode(prompts[row]));
        }

        if (inputs.Pixels_N3HW is not null && facts.Integers("images_per_prompt") is IReadOnlyList<int> images && images.Sum(count => (long)count) == inputs.Pixels_N3HW.shape[0])
        {
            long perTile = CaseInputs.TokensPerTile(subject, inputs.Pixels_N3HW);
            tokens.SameItems("image slots of prompts", [.. images.Select(count => count * perTile)], [.. Enumerable.Range(0, sequence.Batch).Select(row => (long)sequence.RowSlots(row))]);
        }
    }

    private static long[]? RecordedLabels(GoldenCase golden)
    {
        if (golden.ReadFirst(2, "llm.labels", "labels") is not Tensor labels_BT)
        {
            return null;
        }

        using Tensor owned = labels_BT;
        return TensorValues.Integers(owned);
    }

    /// <summary>Replaces the placeholders in order, as far as there are pictures.</summary>
    private static string Expand(string prompt, int[] imageTokens)
    {
        string[] pieces = prompt.Split(InternVL25ChatTemplate.Placeholder);
        StringBuilder text = new(pieces[0]);
        for (int i = 1; i < pieces.Length; i++)
        {
            if (i <= imageTokens.Length)
            {
                text.Append(PictureMarkup.InternVL.Start).Insert(text.Length, PictureMarkup.InternVL.Slot, imageTokens[i - 1]).Append(PictureMarkup.InternVL.End);
            }
            else
            {
                text.Append(InternVL25ChatTemplate.Placeholder);
            }

            text.Append(pieces[i]);
        }

        return text.ToString();
    }
}

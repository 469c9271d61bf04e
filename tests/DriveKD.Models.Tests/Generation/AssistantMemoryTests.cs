using DriveKD.Models.Generation;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Tests.Generation;

/// <summary>What an assistant keeps between questions, and weights of 8 bits.</summary>
public sealed class AssistantMemoryTests(TinyModel tiny) : IClassFixture<TinyModel>
{
    private static readonly GenerationOptions _short = new() { MaxNewTokens = 12 };

    [Fact]
    public void Answer_SecondQuestionOnAPicture_ReadsTheRestAndAnswersAsAlone()
    {
        Question first = new() { Text = "What is ahead?", Pictures = [TinyModel.Picture(), TinyModel.Picture(shade: 90)] };
        Question second = first with { Text = "What is ahead of the car, and where?" };
        Question other = first with { Pictures = [TinyModel.Picture(), TinyModel.Picture(shade: 40)] };
        Question[] questions = [first, second, other, second with { Pictures = [], Text = "What now?" }, second];
        Answer[] expected = [.. questions.Select(question => tiny.Assistant.Answer(question, _short))];
        using ModelAssistant keeping = ModelAssistant.Load(tiny.Folder, "cpu", "float32");
        keeping.KeepsPrompts = true;

        List<int> reused = [];
        for (int i = 0; i < questions.Length; i++)
        {
            Assert.Equal(expected[i].TokenIds, keeping.Answer(questions[i], _short).TokenIds);
            reused.Add(keeping.Memory!.Prompt.Reused);
        }

        // Two pictures, and the one that came instead of the second.
        Assert.Equal(3, keeping.Memory!.EncodedTiles);
        Assert.Equal(0, reused[0]);
        Assert.InRange(reused[1], 2 * tiny.Assistant.Config.UsualPicture.Tokens, expected[0].PromptTokens - 1);
        Assert.InRange(reused[2], tiny.Assistant.Config.UsualPicture.Tokens, reused[1] - 1);
    }

    [Fact]
    public void QuantizeDecoder_StatesWhatItChangedAndStillAnswers()
    {
        using ModelAssistant assistant = ModelAssistant.Load(tiny.Folder, "cpu", "float32");
        QuantizedWeights quantized = assistant.QuantizeDecoder();
        LanguageModelConfig language = assistant.Config.Language;

        Assert.Equal(7 * language.Layers, quantized.Matrices);
        Assert.InRange(quantized.LargestRelativeError, 1e-4, 0.02);
        long weights = (2L * language.HiddenSize * language.HeadSize * (language.Heads + language.KeyValueHeads)) + (3L * language.HiddenSize * language.IntermediateSize);
        Assert.InRange(quantized.Bytes, language.Layers * weights, (long)(1.2 * language.Layers * weights));
        Answer answer = assistant.Answer(new Question { Text = "What is ahead?", Pictures = [TinyModel.Picture()] }, _short);
        Assert.Equal(_short.MaxNewTokens, answer.Timings.NewTokens);
    }
}

using System.Text.Json;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Generation;

/// <summary>The attention that is drawn, against the recorded head-mean maps.</summary>
public sealed class AssistantAttentionTests
{
    // The tolerance that the recorded maps state for float32.
    private const float Tolerance = 1e-5f;

    [Theory]
    [InlineData("student", "chat_one_image", 1)]
    [InlineData("student", "chat_two_images", 1)]
    [InlineData("student", "chat_two_images", 3)]
    [InlineData("student", "chat_six_images", 3)]
    [InlineData("student", "chat_dynamic_tiles", 1)]
    [InlineData("student", "chat_dynamic_tiles", 3)]
    [InlineData("teacher", "chat_two_images", 5)]
    [InlineData("teacher-6b", "chat_one_image", 4)]
    public void Answer_AttentionOfTheQuestion_IsTheMeanOfTheRecordedRows(string model, string name, int layer)
    {
        string root = TestPaths.RequireShared("golden", "internvl");
        string file = Path.Combine(root, "goldens", model, name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes($"{file}.json"));
        JsonElement generation = document.RootElement.GetProperty("generation");
        QuestionPicture[] pictures = [.. document.RootElement.GetProperty("images").EnumerateArray()
            .Select(image => QuestionPicture.Read(TestPaths.RequireShared(["data", "drivelm-demo", .. image.GetString()!.Split('/')])))];
        Question question = new()
        {
            Text = generation.GetProperty("question_given_to_chat").GetString()!,
            SystemText = generation.GetProperty("system_message").GetString(),
            Pictures = pictures,
            MaxTiles = name == "chat_dynamic_tiles" ? 12 : 1,
        };
        using ModelAssistant assistant = ModelAssistant.Load(Path.Combine(root, model), "cpu", "float32");
        AttentionReading reading = assistant.Answer(
            question, new GenerationOptions { MaxNewTokens = 1 }, new AttentionRequest(AttentionLayer.Numbered(layer))).Attention!;

        using SafetensorsFile recorded = SafetensorsFile.Open($"{file}.safetensors");
        using Tensor idsTensor = recorded.ReadTensor(recorded.TryGet("llm.input_ids")!);
        using Tensor map = recorded.ReadTensor(recorded.TryGet($"llm.attention_head_mean.{layer - 1:00}")!);
        long[] ids = idsTensor.data<long>().ToArray();
        float[] weights = map.data<float>().ToArray();
        const long ImageToken = 1280;
        const long TurnEnd = 1258;
        int[] slots = [.. Enumerable.Range(0, ids.Length).Where(i => ids[i] == ImageToken)];
        // Behind the last picture come its end, a line break and the question, up to the end of the turn.
        int first = slots[^1] + 3;
        int end = Array.IndexOf(ids, TurnEnd, first);
        float[] expected = [.. slots.Select(slot => Enumerable.Range(first, end - first).Average(row => weights[(row * ids.Length) + slot]))];

        Assert.Equal(end - first, reading.RowCount);
        Assert.Equal(layer, reading.Layer);
        float[] found = [.. reading.Pictures.SelectMany(picture => picture.Weights)];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        Assert.Equal(pictures, reading.Pictures.Select(picture => picture.Picture));
    }
}

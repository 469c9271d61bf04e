using System.Text.Json;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Generation;

/// <summary>Whole answers, from picture files and a question to text, against the recorded greedy answers.</summary>
public sealed class AssistantGoldenTests
{
    private const int ChatCases = 7;
    private const int BatchPrompts = 6;

    [Fact]
    public void Answer_EveryRecordedChat_GivesItsTextFromThePictureFiles()
    {
        string root = TestPaths.RequireShared("golden", "internvl");
        string[] files = [.. Directory.GetFiles(Path.Combine(root, "goldens"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        int cases = 0;
        foreach (IGrouping<string, string> byModel in files.GroupBy(file => Path.GetFileName(Path.GetDirectoryName(file)!)))
        {
            if (!Directory.Exists(Path.Combine(root, byModel.Key)))
            {
                continue;
            }

            using ModelAssistant assistant = ModelAssistant.Load(Path.Combine(root, byModel.Key), "cpu", "float32");
            foreach (string file in byModel)
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
                if (document.RootElement.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "chat")
                {
                    CheckChat(assistant, document.RootElement, file);
                    cases++;
                }
            }
        }

        Assert.Equal(ChatCases, cases);
    }

    [Theory]
    [InlineData("student-hf")]
    [InlineData("teacher-6b-hf")]
    public void Answer_EveryPromptOfTheRecordedBatch_GivesItsText(string model)
    {
        string root = TestPaths.RequireShared("golden", "internvl");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "goldens", model, "left_padded_batch.json")));
        JsonElement golden = document.RootElement;
        string[] pictures = Strings(golden.GetProperty("images_in_order"));
        using ModelAssistant assistant = ModelAssistant.Load(Path.Combine(root, model), "cpu", "float32");
        int taken = 0;
        int prompt = 0;
        foreach (string text in Strings(golden.GetProperty("prompts")))
        {
            int count = golden.GetProperty("images_per_prompt")[prompt].GetInt32();
            Answer answer = assistant.Answer(
                new Question { Text = QuestionIn(text), Pictures = Read(pictures.Skip(taken).Take(count)) }, new GenerationOptions { MaxNewTokens = 24 });

            Assert.Equal(golden.GetProperty("generated_text")[prompt].GetString(), answer.Text);
            taken += count;
            prompt++;
        }

        Assert.Equal(BatchPrompts / 2, prompt);
        Assert.Equal(pictures.Length, taken);
    }

    private static void CheckChat(ModelAssistant assistant, JsonElement golden, string file)
    {
        JsonElement generation = golden.GetProperty("generation");
        int[] tiles = golden.TryGetProperty("tiles_per_image", out JsonElement list) ? [.. list.EnumerateArray().Select(tile => tile.GetInt32())] : [];
        string[] pictures = golden.TryGetProperty("images", out JsonElement images) ? Strings(images) : [];
        Question question = new()
        {
            Text = generation.GetProperty("question_given_to_chat").GetString()!,
            SystemText = generation.GetProperty("system_message").GetString(),
            Pictures = Read(pictures),
            MaxTiles = tiles.Any(tile => tile > 1) ? 12 : 1,
        };
        List<string> streamed = [];
        Answer answer = assistant.Answer(question, new GenerationOptions { MaxNewTokens = 28 }, onText: streamed.Add);

        string name = Path.GetFileName(file);
        Assert.Equal((name, generation.GetProperty("text").GetString()), (name, answer.Text));
        Assert.Equal(answer.Text, string.Concat(streamed));
        Assert.Equal(golden.GetProperty("sequence_length").GetInt32(), answer.PromptTokens);
        Assert.Equal(tiles, answer.Pictures.Select(picture => picture.Tiles));
        Assert.Equal(generation.GetProperty("new_tokens").GetInt32(), answer.TokenIds.Count);
        Assert.Equal(StopReason.MaxNewTokens, answer.StopReason);
        int[] ids = RecordedIds(Path.ChangeExtension(file, ".safetensors"));
        Assert.Equal(ids, answer.TokenIds);
    }

    private static int[] RecordedIds(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using TorchSharp.torch.Tensor ids = file.ReadTensor(file.TryGet("generation.token_ids")!, null, null);
        return [.. ids.data<long>().ToArray().Select(id => (int)id)];
    }

    private static QuestionPicture[] Read(IEnumerable<string> names) =>
        [.. names.Select(name => QuestionPicture.Read(TestPaths.RequireShared(["data", "drivelm-demo", .. name.Split('/')])))];

    private static string QuestionIn(string prompt)
    {
        string turn = prompt["<|im_start|>user\n".Length..prompt.IndexOf("<|im_end|>", StringComparison.Ordinal)];
        int behind = turn.LastIndexOf("</img>\n", StringComparison.Ordinal);
        return behind < 0 ? turn : turn[(behind + "</img>\n".Length)..];
    }

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];
}

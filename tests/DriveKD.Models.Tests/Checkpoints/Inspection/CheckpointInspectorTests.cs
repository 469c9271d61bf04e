using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Checkpoints.Inspection;
using DriveKD.Models.Families;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Checkpoints.Inspection;

public class CheckpointInspectorTests
{
    [Theory]
    [InlineData("student", "internvl_chat", 419_936, 103, "F32", 16, 208)]
    [InlineData("student-448", "internvl_chat", 260_512, 77, "F32", 256, 3328)]
    [InlineData("student-hf", "internvl", 419_936, 115, "F32", 16, 208)]
    [InlineData("teacher", "internvl_chat", 941_088, 141, "BF16", 16, 208)]
    [InlineData("teacher-6b", "internvl_chat", 660_740, 125, "F32", 16, 208)]
    [InlineData("teacher-6b-hf", "internvl", 660_740, 133, "BF16", 16, 208)]
    public void Inspect_ReferenceFolders_CountsThem(string name, string family, long parameters, int tensors, string dtype, int tokens, int maxTokens)
    {
        string folder = Goldens.Folder(name);

        CheckpointReport report = CheckpointInspector.Inspect(folder);

        Assert.Empty(report.Faults);
        Assert.Equal(family, report.Family);
        Assert.Equal(tensors, report.Tensors.Count);
        Assert.Equal(parameters, report.Parameters);
        Assert.Equal(parameters, report.Config.Family.Expected(report.Config).Sum(tensor => tensor.ElementCount));
        Assert.Equal(dtype, Assert.Single(report.DTypes).DType);
        Assert.Equal((tokens, maxTokens), (report.TokensPerPicture, report.MaxTokensPerPicture));
        Assert.Equal((1296, 1287), (report.VocabularyRows, report.Tokenizer!.Size));
        Assert.False(report.IsTied);
        Assert.NotNull(report.ChatTemplate);
        string oddities = string.Join('\n', report.Oddities);
        Assert.Contains("9 spare rows", oddities, StringComparison.Ordinal);
        Assert.Contains("Qwen2.5-32B-Instruct", oddities, StringComparison.Ordinal);
        Assert.Equal(family == "internvl_chat", oddities.Contains("llm_config.eos_token_id: is 1256; chat stops at <|im_end|>, 1258", StringComparison.Ordinal));
        Assert.Equal(family == "internvl_chat", oddities.Contains("modeling_internvl_chat.py, not in the folder", StringComparison.Ordinal));
    }

    [Fact]
    public void Inspect_Memory_FollowsTheFormulas()
    {
        MemoryReport memory = CheckpointInspector.Inspect(Goldens.Folder("teacher")).Memory;

        Assert.Equal(941_088 * 2, memory.WeightBytes);
        // 2 (keys and values) x 6 layers x 2 heads x 16 channels x 2 bytes x 1,000 tokens.
        Assert.Equal(768_000, memory.KeyValueBytesPerThousandTokens, 3);
        // One decoder layer: 6 heads x 272^2 + 272 x (6 x 96 + 3 x 192), 2 bytes each.
        Assert.Equal(2 * ((6 * 272 * 272) + (272 * ((6 * 96) + (3 * 192)))), memory.ActivationBytes, 3);
        Assert.Equal(memory.WeightBytes + memory.ActivationBytes + (272 * 768), memory.RunBytes, 3);
        Assert.Equal(941_088 * 20, memory.TrainAllBytes);
        Assert.True(memory.TrainLanguageBytes < memory.TrainAllBytes);
    }

    [Fact]
    public void Inspect_OddFolder_NamesEverythingOdd()
    {
        using TemporaryFolder temporary = new();
        string folder = Goldens.CopyTo(Goldens.Folder("student-hf"), temporary["m"]);
        foreach (string file in (string[])["preprocessor_config.json", "chat_template.jinja", "tokenizer_config.json"])
        {
            File.Delete(Path.Combine(folder, file));
        }

        Replace(folder, "config.json", "\"torch_dtype\": \"float32\",\n  \"transformers", "\"torch_dtype\": \"bfloat16\",\n  \"transformers");
        Replace(folder, "generation_config.json", "\"eos_token_id\": 1258", "\"eos_token_id\": [1256, 1257]");
        File.WriteAllText(Path.Combine(folder, "old.safetensors"), "x");

        CheckpointReport report = CheckpointInspector.Inspect(folder);

        Assert.Empty(report.Faults);
        Assert.Null(report.ChatTemplate);
        string oddities = string.Join('\n', report.Oddities);
        string[] expected =
        [
            "has no chat template", "holds no tokenizer_config.json, preprocessor_config.json", "torch_dtype: is bfloat16; the tensors are float32",
            "eos_token_id: is 1256, 1257; chat stops at", "also holds old.safetensors",
        ];
        Assert.All(expected, text => Assert.Contains(text, oddities, StringComparison.Ordinal));
    }

    [Fact]
    public void Inspect_FaultyFolder_ReportsFaultsAndWhatItCan()
    {
        using TemporaryFolder temporary = new();
        string folder = Goldens.CopyTo(Goldens.Folder("student-hf"), temporary["m"]);
        Replace(folder, "config.json", "\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5");
        Replace(folder, "config.json", "\"image_token_id\": 1280", "\"image_token_id\": 1279");
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), "{");

        CheckpointReport report = CheckpointInspector.Inspect(folder);

        Assert.Equal(12 + 2, report.Faults.Count);
        Assert.Equal(419_936, report.Parameters);
        string faults = string.Join('\n', report.Faults);
        Assert.Contains("layers.4.mlp.up_proj.weight: is missing", faults, StringComparison.Ordinal);
        Assert.Contains("image_token_id: is 1279, but <IMG_CONTEXT> has the id 1280", faults, StringComparison.Ordinal);
        Assert.Contains("generation_config.json, line 1: is not valid JSON", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_TokenizerOfAnotherModel_IsAFault()
    {
        using TemporaryFolder temporary = new();
        string folder = Goldens.CopyTo(Goldens.Folder("student"), temporary["m"]);
        File.Copy(Path.Combine(TestPaths.RequireShared("data", "tokenizers", "qwen2.5"), "tokenizer.json"), Path.Combine(folder, "tokenizer.json"), overwrite: true);

        CheckpointReport report = CheckpointInspector.Inspect(folder);

        string faults = string.Join('\n', report.Faults);
        Assert.Contains("has ids up to 151664, but the embedding has 1296 rows", faults, StringComparison.Ordinal);
        Assert.Contains("has no added tokens <img> </img> <IMG_CONTEXT>", faults, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"model\":3}")]
    [InlineData("{\"model\":{\"vocab\":[]}}")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":-1}}}")]
    [InlineData("{\"added_tokens\":{}}")]
    [InlineData("{\"added_tokens\":[{\"id\":7}]}")]
    [InlineData("{\"added_tokens\":[{\"id\":99999999999,\"content\":\"a\"}]}")]
    [InlineData("{\"added_tokens\":[{\"id\":1,\"content\":\"\\ud800\"}]}")]
    public void Inspect_BrokenTokenizer_IsAFault(string tokenizer)
    {
        using TemporaryFolder temporary = new();
        string folder = Goldens.CopyTo(Goldens.Folder("student"), temporary["m"]);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer);

        CheckpointReport report = CheckpointInspector.Inspect(folder);

        Assert.Contains("is not a sound tokenizer file", Assert.Single(report.Faults).What, StringComparison.Ordinal);
        Assert.Null(report.Tokenizer);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("generation_config.json")]
    [InlineData("model.safetensors.index.json")]
    public void Inspect_MutatedFile_NeverThrowsAnythingElse(string file)
    {
        using TemporaryFolder temporary = new();
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = temporary["m"], MaxShardBytes = 500_000 });
        string path = temporary["m", file];
        byte[] sound = File.ReadAllBytes(path);
        byte[] alphabet = "{}[]\",:-.0123456789eE\\u \0"u8.ToArray();
        Random random = new(file.Length);
        int surrogates = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. sound];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            if (round % 10 == 0)
            {
                // Six letters of a name or text become half of a surrogate pair.
                int at = random.Next(bytes.Length - 8);
                "\\ud800"u8.CopyTo(bytes.AsSpan(at));
                surrogates++;
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                CheckpointInspector.Inspect(temporary["m"]);
            }
            catch (InputException exception)
            {
                Assert.NotEmpty(exception.Problems);
            }
        }

        Assert.Equal(30, surrogates);
    }

    [Fact]
    public void Inspect_VocabularyFilesOnly_CountsThem()
    {
        using TemporaryFolder temporary = new();
        string folder = Goldens.CopyTo(Goldens.Folder("student"), temporary["m"]);
        File.Delete(Path.Combine(folder, "tokenizer.json"));

        CheckpointReport report = CheckpointInspector.Inspect(folder);

        Assert.Equal(("vocab.json", 1287), (report.Tokenizer!.File, report.Tokenizer.Size));
        Assert.Equal(1280, report.Tokenizer.AddedTokens["<IMG_CONTEXT>"]);
    }

    [Fact]
    public void Inspect_ConfigAndWeightsUnreadable_ReportsBoth()
    {
        using TemporaryFolder temporary = new();
        File.WriteAllText(temporary["config.json"], """{"model_type":"llama"}""");
        File.WriteAllText(temporary["model.safetensors"], "12345678");

        InputException exception = Assert.Throws<InputException>(() => CheckpointInspector.Inspect(temporary.Path));

        Assert.Equal([temporary["config.json"], temporary["model.safetensors"]], exception.Problems.Select(problem => problem.Where));
        Assert.Single(Assert.Throws<InputException>(() => CheckpointInspector.Inspect(temporary["none"])).Problems);
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(999.7, "1.00 kB")]
    [InlineData(67_584, "67.6 kB")]
    [InlineData(999_400, "999 kB")]
    [InlineData(1_876_386_048, "1.88 GB")]
    [InlineData(156_816_636_672, "157 GB")]
    public void Format_Bytes_ThreeDigits(double bytes, string expected) => Assert.Equal(expected, ByteCount.Format(bytes));

    private static void Replace(string folder, string file, string old, string fresh)
    {
        string path = Path.Combine(folder, file);
        string text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        int at = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + fresh + text[(at + old.Length)..]);
    }
}

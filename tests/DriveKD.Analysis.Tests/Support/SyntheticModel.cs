using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Support;

/// <summary>
/// A model without weights: what it shows of a sample is drawn from the sample's identity. In one layer, and in no other, all states of a sample have
/// a part that its capability alone decides, and text looks at pictures, at a place that its capability decides.
/// </summary>
internal sealed class SyntheticModel(string name, int layers, int carrier, int heads = 3) : IObservedModel
{
    public const int Channels = 12;
    public const int Vocabulary = 9;
    public const int TokensPerPicture = 16;

    public string Name => name;

    public int Layers => layers;

    /// <summary>A sample whose text has <paramref name="text"/> tokens before the answer and <paramref name="answer"/> in it.</summary>
    public static Sample Sample(int index, Capability capability, int pictures = 1, int text = 9, int answer = 12) => new()
    {
        Images = [.. Enumerable.Range(0, pictures).Select(i => new SampleImage($"{index}-{i}.jpg", null, null))],
        Question = new string('q', text),
        Answer = answer == 0 ? null : new string('a', answer),
        Capability = capability,
        QuestionType = capability.ToString(),
        Source = new SourcePosition("folder/records.json", index, $"$[{index}]"),
    };

    /// <summary>Two tokens, the pictures, the rest of the text, the answer; the third of a picture's four rows is an object.</summary>
    public static TokenRoles RolesOf(Sample sample)
    {
        int vision = sample.Images.Count * TokensPerPicture;
        int answer = sample.Answer?.Length ?? 0;
        bool[] mask = [.. Enumerable.Range(0, sample.Question.Length + vision + answer).Select(i => i >= 2 && i < 2 + vision)];
        int prompt = sample.Question.Length + vision;
        Random random = Draw("labels", sample, 0);
        int[] labels = [.. mask.Select((_, i) => i >= prompt ? random.Next(Vocabulary) : -100)];
        return TokenRoles.Of(mask, labels, prompt - 1) with { ObjectVision = vision == 0 ? [] : [8, 9, 10, 11] };
    }

    public double[][] Hidden(Sample sample, int index)
    {
        double[][] states = Arrays.Gaussian(Draw(name + " hidden", sample, index), RolesOf(sample).Tokens, Channels);
        if (index == carrier)
        {
            foreach (double[] state in states)
            {
                state[(int)sample.Capability] = (float)(state[(int)sample.Capability] + 6);
            }
        }

        return states;
    }

    public double[][][] Weights(Sample sample, int layer)
    {
        TokenRoles roles = RolesOf(sample);
        Random random = Draw(name + " weights", sample, layer);
        return
        [
            .. Enumerable.Range(0, heads).Select(_ =>
            {
                double[][] scores = Arrays.Gaussian(random, roles.Tokens, roles.Tokens);
                if (layer == carrier - 1)
                {
                    foreach (int text in roles.Text)
                    {
                        foreach (int vision in roles.Vision.Where((_, i) => i % TokensPerPicture / 4 == (int)sample.Capability))
                        {
                            scores[text][vision] += 4;
                        }
                    }
                }

                return Arrays.CausalSoftmax(scores);
            }),
        ];
    }

    public double[][] Logits(Sample sample) => Arrays.Gaussian(Draw(name + " logits", sample, 0), RolesOf(sample).AnswerPositions.Count, Vocabulary);

    public void Observe(Sample sample, ILayerVisitor visitor, CancellationToken cancellation = default)
    {
        visitor.Begin(RolesOf(sample));
        using (Tensor embeddings_TC = Arrays.Matrix(Hidden(sample, 0)))
        {
            visitor.OnHidden(0, embeddings_TC);
        }

        for (int layer = 0; layer < layers; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            using Tensor weights_HTT = Arrays.Stack(Weights(sample, layer));
            visitor.OnAttention(layer, weights_HTT);
            using Tensor hidden_TC = Arrays.Matrix(Hidden(sample, layer + 1));
            visitor.OnHidden(layer + 1, hidden_TC);
        }

        // In parts of five positions.
        double[][] logits = Logits(sample);
        for (int first = 0; first < logits.Length; first += 5)
        {
            using Tensor logits_SV = Arrays.Matrix([.. logits.Skip(first).Take(5)]);
            visitor.OnAnswer(first, logits_SV);
        }
    }

    private static Random Draw(string what, Sample sample, int index)
    {
        int seed = 17;
        foreach (char letter in $"{what} {SampleProfile.IdentityOf(sample)} {index}")
        {
            seed = unchecked((seed * 31) + letter);
        }

        return new Random(seed);
    }
}

"""Mistakes put into the networks beyond classification, each caught by a test.

As in test_seeded_mistakes, by ``pytest -m mutation``; a proof is a test of another file
with its arguments.
"""

import pytest
from test_seeded_mistakes import Mistake, prove, seeded

pytestmark = pytest.mark.mutation
DENSE = "test_dense_prediction.test_"
RECURRENT = "test_recurrent.test_"
GENERATIVE = "test_generative.test_"
SOUND = "test_sound.test_"
GROWN = "test_progressive_gan.test_"
DATA = "test_datasets_structured.test_"
DETECTION = "test_boxes_masks_keypoints.test_"
DIFFUSION = "test_generation.test_"
READERS = "test_through_time.test_"
MISTAKES = [
    Mistake(
        "skips cropped at the corner",
        "blocks/upsample.py",
        *("((own - n) // 2, (own - n + 1) // 2)", "(0, own - n)"),
        DENSE + "crop_takes_the_middle",
    ),
    Mistake(
        "interpolation that blurs",
        "layers/initializers.py",
        *("stride = (size + 1) // 2", "stride = size // 2 + 1"),
        *(DENSE + "bilinear_upsampling_is_that_of_keras_away_from_the_border", (2,)),
    ),
    Mistake(
        "rows for columns in the transpose",
        "layers/convolution.py",
        *("[i, k], [j, k]", "[j, k], [i, k]"),
        *(DENSE + "transposed_convolution_equals_keras", (3, 2)),
    ),
    Mistake(
        "a U-Net whose levels are not doubled",
        "models/unet.py",
        *("for level, filters in enumerate(widths, 1)",
          "for level, filters in enumerate((64, *widths[:-1]), 1)"),
        *(DENSE + "counts", (("UNet",),)),
    ),
    Mistake(
        "skips of an FCN that begin at random",
        "models/fcn.py",
        *('"kernel_initializer": "zeros"', '"kernel_initializer": "he_normal"'),
        DENSE + "an_fcn_begins_as_interpolation_of_the_last_feature_map",
    ),
    Mistake(
        "the last interpolation of an FCN is trained",
        "models/fcn.py",
        *(", trainable=False", ""),
        *(DENSE + "counts", (("FCN", "32s"),)),
    ),
    Mistake(
        "all maps of a dense block upsampled",
        "models/fc_densenet.py",
        *("x = transition_up(new,", "x = transition_up([x],"),
        *(DENSE + "counts", (("FCDenseNet", 56),)),
    ),
    Mistake(
        "an hourglass without the block after it",
        "models/hourglass.py",
        *('    y = residual(y, y.shape[-1], momentum, f"{name}_residual")\n', ""),
        *(DENSE + "counts", (("Hourglass",),)),
    ),
    Mistake(
        "heat maps that the next hourglass does not see",
        "models/hourglass.py",
        *("([x, y, remapped])", "([x, y])"),
        DENSE + "an_hourglass_reads_the_heat_maps_of_the_one_before",
    ),
    Mistake(
        "the last context layer dilated as well",
        "models/dilated_vgg.py",
        *("(1, 1, 2, 4, 8, 16, 1)", "(1, 1, 2, 4, 8, 16, 16)"),
        *(DENSE + "a_context_module_begins_as_the_identity_and_sees_67_pixels",
          ("basic",)),
    ),
    Mistake(
        "an identity that grows with the classes",
        "layers/initializers.py",
        *("self.classes / filters", "1.0"),
        DENSE + "the_large_context_module_is_the_identity_without_noise",
    ),
    Mistake(
        "boxes learned where there is none",
        "models/detector.py",
        *("ops.where(kind > 0, placed, 0.0)", "placed"),
        DETECTION + "the_loss_of_a_detector_by_hand",
    ),
    Mistake(
        "distances from the corner of a cell",
        "models/detector.py",
        *("(np.arange(length) + 0.5)", "np.arange(length)"),
        DETECTION + "cells_outside_of_boxes_say_nothing",
    ),
    Mistake(
        "a step that does not read the state",
        "layers/recurrent.py",
        *("tanh(x_w + h_u + self.bias)", "tanh(x_w + self.bias)"),
        *(RECURRENT + "equal_to_loops_over_the_formula", ("SimpleRNN",)),
    ),
    Mistake(
        "a reset gate that resets nothing",
        "layers/recurrent.py",
        *("tanh(x_g + r * h_g)", "tanh(x_g + h_g)"),
        *(RECURRENT + "equal_to_keras_in_value_and_gradient",
          ("GRU, reset after", False)),
    ),
    Mistake(
        "an answer at each step that nobody asked for",
        "models/recurrent.py",
        *('{"return_sequences": sequences}', '{"return_sequences": True}'),
        *(READERS + "shapes_and_counts_of_networks", ("LSTM", 4)),
    ),
    Mistake(
        "dilations that grow by one",
        "models/recurrent.py",
        *("dilation_rate=2**layer", "dilation_rate=layer + 1"),
        READERS + "a_causal_network_looks_back_as_far_as_its_layers_say",
    ),
    Mistake(
        "a memory that the forget gate does not see",
        "layers/recurrent.py",
        *("c = f * c + i * g", "c = c + i * g"),
        *(RECURRENT + "equal_to_loops_over_the_formula", ("LSTM",)),
    ),
    Mistake(
        "input gate and candidate exchanged",
        "layers/recurrent.py",
        *("return sigmoid(i), sigmoid(f), tanh(g)",
          "return sigmoid(g), sigmoid(f), tanh(i)"),
        *(RECURRENT + "equal_to_keras_in_value_and_gradient", ("LSTM", True)),
    ),
    Mistake(
        "the update gate the other way round",
        "layers/recurrent.py",
        *("h = z * h + (1 - z) * g", "h = (1 - z) * h + z * g"),
        *(RECURRENT + "equal_to_keras_in_value_and_gradient", ("GRU", False)),
    ),
    Mistake(
        "a forget gate that begins closed",
        "layers/recurrent.py",
        *("[zeros, zeros + 1,", "[zeros, zeros - 1,"),
        *(RECURRENT + "initial_weights_are_distributed_as_in_keras", ("LSTM",)),
    ),
    Mistake(
        "the variance of the noise where its deviation is asked for",
        "models/autoencoder.py",
        *("layers.GaussianNoise(noise,", "layers.GaussianNoise(noise**2,"),
        GENERATIVE + "noise_is_added_in_training_alone",
    ),
    Mistake(
        "a decoder with the encoder's windows",
        "models/autoencoder.py",
        *("up_conv(x, channels, 4, **last)", "up_conv(x, channels, 3, **last)"),
        GENERATIVE + "parameters_by_hand",
    ),
    Mistake(
        "a divergence without its 1",
        "layers/latent.py",
        *("1 + log_variance", "log_variance"),
        GENERATIVE + "kl_divergence_equals_sampling",
    ),
    Mistake(
        "the variance for the standard deviation",
        "layers/latent.py",
        *("ops.exp(log_variance / 2)", "ops.exp(log_variance)"),
        GENERATIVE + "sampling_has_the_mean_and_variance",
    ),
    Mistake(
        "a divergence that is summed over the batch",
        "layers/latent.py",
        *("self.weight * ops.mean(", "self.weight * ops.sum("),
        *(GENERATIVE + "loss_of_a_variational_autoencoder_is_minus_the_lower_bound",
          (1.0,)),
    ),
    Mistake(
        "a discriminator that trains the generator",
        "models/gan.py",
        *("ops.stop_gradient(fakes)", "fakes"),
        GENERATIVE + "each_player_has_a_gradient_of_its_own_loss_alone",
    ),
    Mistake(
        "a generator that trains the discriminator",
        "models/gan.py",
        *("[ops.stop_gradient(v.value) for", "[v.value for"),
        GENERATIVE + "each_player_has_a_gradient_of_its_own_loss_alone",
    ),
    Mistake(
        "a generator that wants to be found out",
        "models/gan.py",
        *("ops.softplus(-fooled)", "ops.softplus(fooled)"),
        GENERATIVE + "each_player_has_a_gradient_of_its_own_loss_alone",
    ),
    Mistake(
        "noise that is as large as its variance",
        "models/diffusion.py",
        *("ops.sqrt(1 - kept) * noise", "(1 - kept) * noise"),
        *(DIFFUSION + "noise_is_added_by_equation_4", ((2,),)),
    ),
    Mistake(
        "fresh noise in the last step, too",
        "models/diffusion.py",
        *("if step == 0:", "if step < 0:"),
        *(DIFFUSION + "fresh_noise_is_added_but_in_the_last_step_back", (0, False)),
    ),
    Mistake(
        "biases before a norm that takes them away",
        "models/segan.py",
        *('"padding": "same", "use_bias": False, "name"', '"padding": "same", "name"'),
        SOUND + "discriminator_counts_by_hand",
    ),
    Mistake(
        "layers that all begin with the same numbers",
        "models/segan.py",
        *("TruncatedNormal(stddev=0.02)", "TruncatedNormal(stddev=0.02, seed=0)"),
        SOUND + "layers_of_one_shape_begin_differently_and_follow_the_seed",
    ),
    Mistake(
        "convolutions that see the future",
        "blocks/wavenet.py",
        *('padding="causal"', 'padding="same"'),
        *(SOUND + "no_output_sees_a_later_sample", (13,)),
    ),
    Mistake(
        "tanh for the gate",
        "blocks/wavenet.py",
        *('("gate", "sigmoid")', '("gate", "tanh")'),
        SOUND + "gated_activation_equals_its_formula",
    ),
    Mistake(
        "dilations that begin at 2",
        "models/wavenet.py",
        *("2**i for i in range(10)", "2**i for i in range(1, 11)"),
        SOUND + "receptive_field_of_the_paper",
    ),
    Mistake(
        "a cache one step too short",
        "models/wavenet.py",
        *("(taps - 1) * self.dilation + 1", "(taps - 1) * self.dilation"),
        *(SOUND + "generation_with_a_cache_equals_that_without", (3,)),
    ),
    Mistake(
        "the logarithm of another base",
        "layers/companding.py",
        *("/ math.log1p(mu)\n    return ops.cast(ops.floor",
          "/ math.log(mu)\n    return ops.cast(ops.floor"),
        SOUND + "mu_law_equals_its_formula",
    ),
    Mistake(
        "a generator without its random code",
        "models/segan.py",
        *('"concatenate", True, "tanh"', '"concatenate", False, "tanh"'),
        SOUND + "segan_counts_and_sizes",
    ),
    Mistake(
        "skips that are concatenated where they are to be added",
        "models/segan.py",
        *('layers.Add if skips == "add" else', "layers.Concatenate if True else"),
        SOUND + "segan_counts_and_sizes",
    ),
    Mistake(
        "new layers that are faded out",
        "layers/progressive.py",
        *("(1 - self.alpha) * old + self.alpha * new",
          "self.alpha * old + (1 - self.alpha) * new"),
        *(GROWN + "new_layers_are_faded_in", (1,)),
    ),
    Mistake(
        "an old path from the new layers",
        "models/progressive_gan.py",
        *('(shared[f"to_image{number - 1}"](old))',
          '(shared[f"to_image{number}"](x)[:, ::2, ::2])'),
        *(GROWN + "new_layers_are_faded_in", (1,)),
    ),
    Mistake(
        "a norm over all pixels",
        "layers/progressive.py",
        *("ops.square(x), axis=-1", "ops.square(x), axis=(1, 2)"),
        GROWN + "pixel_norm_and_minibatch_deviation_equal_their_formulas",
    ),
    Mistake(
        "key points with x before y",
        "datasets/shapes.py",
        *("= points[..., ::-1]", "= points"),
        DATA + "key_points_are_head_right_tail_left",
    ),
    Mistake(
        "boxes of the key points",
        "datasets/shapes.py",
        *("low, high = outline.min(axis=1), outline.max",
          "low, high = points.min(axis=1), points.max"),
        DATA + "every_pixel_of_the_mask_belongs_to_a_box_and_no_objects_overlap",
    ),
    Mistake(
        "edges that are crossed upwards alone",
        "datasets/shapes.py",
        *("(y1 <= y) != (y2 <= y)", "(y1 <= y) & (y2 > y)"),
        DATA + "polygons_are_filled_as_by_matplotlib",
    ),
    Mistake(
        "decibels of an amplitude",
        "datasets/tones.py",
        *("(snr / 10)", "(snr / 20)"),
        DATA + "noise_has_the_power_that_info_says",
    ),
    Mistake(
        "both marks anywhere",
        "datasets/adding.py",
        *("rng.integers(half, length, n)", "rng.integers(0, length, n)"),
        DATA + "sums_are_those_of_the_marked_numbers",
    ),
    Mistake(
        "a wrong turn in the grammar",
        "datasets/reber.py",
        *('{"X": 3, "S": 6}', '{"X": 3, "S": 5}'),
        DATA + "words_are_of_the_grammar",
    ),
    Mistake(
        "a last letter that does not depend on the second",
        "datasets/reber.py",
        *('following.append(word[1] if', 'following.append("TP" if'),
        DATA + "the_worked_word",
    ),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.file}, {m.what}")
def test_mistake_is_caught(mistake, tmp_path):
    with seeded(mistake, tmp_path), pytest.raises((AssertionError, ValueError)):
        prove(mistake.proof, mistake.arguments)
